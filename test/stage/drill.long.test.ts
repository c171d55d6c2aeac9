// What takes long of npm run drill: a claim that does not hold, every drill left in the middle, a stage of its own, hands-free.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { cleanUp, leftOf, run } from '../support/harness.ts';
import { enterUntil, type Notes, PROMPT, startNotes } from '../support/notes.ts';

const INTERRUPTED = 130;

let notes: Notes;
beforeAll(async () => {
  notes = await startNotes();
});
afterAll(cleanUp);

describe('a walk', () => {
  it('says what was seen when a claim does not hold, and tries again', async () => {
    const walk = await notes.drill('success');
    await walk.untilSaid(PROMPT);
    await enterUntil(walk, '$ npm run stage greet Ziggy');
    const worker = notes.stage.pidOf('worker');
    process.kill(worker, 'SIGSTOP');
    walk.type('');
    await walk.untilSaid('✘ still false after 15 s: greeting');
    await walk.untilSaid('Enter tries again');
    process.kill(worker, 'SIGCONT');
    walk.type('');
    await walk.untilSaid('✔ no timer');
    await walk.untilSaid(PROMPT);
    walk.type('q');
    await walk.ended();
  });
});

describe('whoever leaves in the middle leaves the stage whole', () => {
  afterEach(() => notes.expectWhole());

  it.each([
    ['worker-kill', 'worker killed'],
    ['service-kill', 'server killed'],
    ['network-cut', 'network cut: '],
  ])('%s, with q', async (name, broken) => {
    const walk = await notes.drill(name);
    await enterUntil(walk, broken);
    walk.type('q');
    expect((await walk.ended()).code).toBe(0);
  });

  it('bug, with Ctrl-C', async () => {
    const walk = await notes.drill('bug');
    await enterUntil(walk, 'bug in: ');
    expect((await walk.leave('SIGINT')).code).toBe(INTERRUPTED);
  });

  it('bug, with Ctrl-D', async () => {
    const walk = await notes.drill('bug');
    await enterUntil(walk, 'bug in: ');
    walk.child.stdin?.end();
    expect((await walk.ended()).code).toBe(0);
  });
});

describe('what somebody else broke', () => {
  afterEach(async () => {
    await notes.say('reset');
    await notes.expectWhole();
  });

  it('before a drill is said, and left alone', async () => {
    for (const line of ['break geolocation', 'cut network', 'kill app']) await notes.say(...line.split(' '));
    const walk = await notes.drill('success');
    await walk.untilSaid('The bug is in. Take it out: npm run stage fix geolocation');
    await walk.untilSaid(PROMPT);
    walk.type('q');
    await walk.untilSaid('The app is down. Start it: npm run stage start app');
    await walk.untilSaid('The network is cut. Restore it: npm run stage restore network');
    await walk.untilSaid('The bug is in. Take it out: npm run stage fix geolocation');
    await walk.ended();
    const said = await notes.say('status');
    expect(said).toMatch(/^app +died/m);
    expect(said).toMatch(/^lookups +cut/m);
    expect(said).toMatch(/^bug +in/m);
  });

  it('during a drill is left alone, and what the drill broke is mended', async () => {
    const walk = await notes.drill('worker-kill');
    await enterUntil(walk, 'worker killed');
    await notes.say('break', 'geolocation');
    walk.type('q');
    await walk.untilSaid('The bug is in. Take it out: npm run stage fix geolocation');
    await walk.ended();
    const said = await notes.say('status');
    expect(said).toMatch(/^worker +ready/m);
    expect(said).toMatch(/^bug +in/m);
  });
});

describe('without a stage', () => {
  it('one comes up, and leaves with the drill', async () => {
    const walk = await run('stage/commands/drill.ts', ['success'], { root: notes.root, typed: true });
    await walk.untilSaid('No stage is up, so this command starts one');
    await walk.untilSaid(PROMPT);
    walk.type('q');
    expect((await walk.ended()).code).toBe(0);
    expect(await leftOf(walk)).toEqual([]);
  });
});

describe('hands-free', () => {
  it('walks by itself to the next drill, and leaves the stage whole', async () => {
    const booth = await notes.drill('hands-free', '1');
    await booth.untilSaid('✔ no number twice, none missing');
    await booth.untilSaid('Demo 1');
    await booth.untilSaid('✔ greeting');
    expect((await booth.leave('SIGINT')).code).toBe(INTERRUPTED);
    await notes.expectWhole();
  });
});
