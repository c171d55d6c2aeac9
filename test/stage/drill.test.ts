// npm run drill, with somebody at the keyboard, and npm run rehearse, on one stage; all drills are rehearsed by .ci/run.
import { createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { cleanUp, freePorts, run } from '../support/harness.ts';
import { enterUntil, type Notes, PROMPT, startNotes } from '../support/notes.ts';

const INTERRUPTED = 130;

let notes: Notes;
beforeAll(async () => {
  notes = await startNotes();
});
afterAll(cleanUp);

describe('a walk', () => {
  it('shows what to do and say, greets by the name from the room, and comes to the next drill', async () => {
    const walk = await notes.drill('success');
    await walk.untilSaid('Demo 1');
    await enterUntil(walk, '$ npm run stage greet Ziggy');
    walk.type('A$$AP Zoë'); // with a sign that is special in the replacement of a string
    await walk.untilSaid(/greetings\/greeting-a-ap-zoe-\w+\n/);
    await walk.untilSaid(PROMPT);
    await enterUntil(walk, 'Enter continues with "Demo 2');
    expect(walk.output()).toMatch(/ ┃ \w/);
    expect(walk.output()).toMatch(/✔ greeting \(.*\n.*Hello, A\$\$AP Zoë!/);
    walk.type('q');
    expect((await walk.ended()).code).toBe(0);
  });

  it('goes over a step, back to it, and does not take every letter for a key', async () => {
    const walk = await notes.drill('3');
    await walk.untilSaid(PROMPT);
    walk.type('s');
    await walk.untilSaid(/^2\. .*/m);
    await walk.untilSaid(PROMPT);
    walk.type('b');
    await walk.untilSaid(/^1\. .*/m);
    await walk.untilSaid(PROMPT);
    walk.type('x');
    await walk.untilSaid('"x" is not one of the keys');
    walk.type('q');
    expect((await walk.ended()).code).toBe(0);
  });
});

describe('whoever leaves in the middle leaves the stage whole', () => {
  afterEach(() => notes.expectWhole());

  it('with Ctrl-C', async () => {
    const walk = await notes.drill('network-cut');
    await enterUntil(walk, 'network cut: ');
    expect((await walk.leave('SIGINT')).code).toBe(INTERRUPTED);
  });
});

describe('without a name', () => {
  it('all drills are listed, and one is chosen', async () => {
    const walk = await notes.drill();
    await walk.untilSaid(/3 {2}worker-kill +Demo 3: .* \([\d.]+ min\)/);
    await walk.untilSaid('Which one');
    walk.type('worker-kil');
    await walk.untilSaid('Did you mean: npm run drill worker-kill');
    walk.type('3');
    await walk.untilSaid('1. ');
    walk.type('q');
    expect((await walk.ended()).code).toBe(0);
  });
});

describe('a rehearsal', () => {
  it('runs the drill with this number, and ends with claim, evidence and seconds', async () => {
    const rehearsal = await notes.rehearse('all', '1');
    expect({ ...(await rehearsal.ended()), said: rehearsal.output() }).toMatchObject({ code: 0 });
    expect(rehearsal.output()).toMatch(
      /^✔ {2}success +greeting +\d+\.\d s +greeting-ziggy-\w+: Hello, Ziggy!/m,
    );
    expect(rehearsal.output()).toMatch(/Every claim held: \d+ in one drill, \d+\.\d s\./);
  });

  it('says why a stage cannot come up, and nothing about repairs, because nothing was broken', async () => {
    const ports = await freePorts();
    const server = createServer().listen(ports.UI_PORT, '127.0.0.1');
    onTestFinished(() => void server.close());
    const rehearsal = await run('stage/commands/rehearse.ts', ['success'], { root: notes.root, ports });
    expect((await rehearsal.ended()).code).toBe(1);
    expect(rehearsal.output()).toMatch(
      new RegExp(`The stage did not come up \\(exit code 1\\):\n +Port ${ports.UI_PORT} is in use by .*\n$`),
    );
    expect(rehearsal.output()).not.toContain('mended');
  });

  it('refuses an unknown name, before anything is started', async () => {
    const rehearsal = await run('stage/commands/rehearse.ts', ['bugs'], { root: notes.root });
    expect((await rehearsal.ended()).code).toBe(1);
    expect(rehearsal.output().trim().split('\n')[0]).toBe(
      '"bugs" is not a drill. Did you mean: npm run rehearse bug',
    );
  });
});
