// npm run drill, with somebody at the keyboard: it goes on, back, over and away, and leaves the stage whole.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { cleanUp, copyOfClone, leftOf, type Program, run, startStage } from './harness.ts';

const PROMPT = 'q leave: ';
const INTERRUPTED = 130;

let root: string;
let stage: Program;
beforeAll(async () => {
  root = copyOfClone();
  stage = await startStage([], { root });
});
afterAll(cleanUp);

const drill = (...words: string[]) =>
  run('stage/drill.ts', words, { root, folder: stage.folder, ports: stage.ports, typed: true });

async function status(): Promise<string> {
  const verb = await run('stage/stage.ts', ['status'], { root, folder: stage.folder, ports: stage.ports });
  await verb.ended();
  return verb.output();
}

/** Presses Enter at every prompt until the words are said. */
async function enterUntil(program: Program, words: string): Promise<void> {
  await program.untilSaid(PROMPT);
  while (!program.output().includes(words)) {
    program.type('');
    await program.untilSaid(PROMPT);
  }
}

async function isWhole(): Promise<void> {
  const said = await status();
  for (const name of ['server', 'network', 'worker', 'app'])
    expect(said).toMatch(new RegExp(`^${name} +ready`, 'm'));
  expect(said).toMatch(/^lookups +open/m);
  expect(said).toMatch(/^bug +out/m);
  expect(readFileSync(join(root, 'hello-ip', 'activities.ts'), 'utf8')).toContain('`http://ip-api.com/json/');
}

describe('a walk', () => {
  it('shows what to do and say, greets by the name from the room, and comes to the next drill', async () => {
    const walk = await drill('success');
    await walk.untilSaid('Demo 1');
    await enterUntil(walk, '$ npm run stage greet Ziggy');
    walk.type('Zoë');
    await walk.untilSaid(/greetings\/greeting-zoe-\w+\n/);
    await walk.untilSaid(PROMPT);
    await enterUntil(walk, 'Enter goes on with "Demo 2');
    expect(walk.output()).toMatch(/ ┃ \w/);
    expect(walk.output()).toMatch(/✔ greeting \(.*\n.*Hello, Zoë!/);
    walk.type('q');
    expect((await walk.ended()).code).toBe(0);
  });

  it('goes over a step, back to it, and does not take every letter for a key', async () => {
    const walk = await drill('3');
    await walk.untilSaid(PROMPT);
    walk.type('s');
    await walk.untilSaid(/^2\. .*/m);
    await walk.untilSaid(PROMPT);
    walk.type('b');
    await walk.untilSaid('Back, and the stage is mended');
    await walk.untilSaid(/^1\. .*/m);
    await walk.untilSaid(PROMPT);
    walk.type('x');
    await walk.untilSaid('"x" is none of the keys');
    walk.type('q');
    expect((await walk.ended()).code).toBe(0);
  });

  it('says what was seen when a claim does not hold, and tries again', async () => {
    const walk = await drill('success');
    await walk.untilSaid(PROMPT);
    await enterUntil(walk, '$ npm run stage greet Ziggy');
    const worker = stage.pidOf('worker');
    process.kill(worker, 'SIGSTOP');
    walk.type('');
    await walk.untilSaid('✘ not so within 15 s: greeting');
    await walk.untilSaid('Enter tries again');
    process.kill(worker, 'SIGCONT');
    walk.type('');
    await walk.untilSaid('✔ greeting');
    walk.type('q');
    await walk.ended();
  });
});

describe('whoever leaves in the middle leaves the stage whole', () => {
  afterEach(isWhole);

  it.each([
    ['worker-kill', 'worker killed'],
    ['service-kill', 'server killed'],
    ['bug', 'bug in: '],
    ['network-cut', 'network cut: '],
  ])('%s, with q', async (name, broken) => {
    const walk = await drill(name);
    await enterUntil(walk, broken);
    walk.type('q');
    expect((await walk.ended()).code).toBe(0);
  });

  it('with Ctrl-C', async () => {
    const walk = await drill('bug');
    await enterUntil(walk, 'bug in: ');
    expect((await walk.leave('SIGINT')).code).toBe(INTERRUPTED);
  });

  it('with Ctrl-D', async () => {
    const walk = await drill('network-cut');
    await enterUntil(walk, 'network cut: ');
    walk.child.stdin?.end();
    expect((await walk.ended()).code).toBe(0);
  });
});

describe('without a name', () => {
  it('all drills are listed, and one is chosen', async () => {
    const walk = await drill();
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

describe('without a stage', () => {
  it('one comes up, and leaves with the drill', async () => {
    const walk = await run('stage/drill.ts', ['success'], { root, typed: true });
    await walk.untilSaid('No stage is up, so one comes up now');
    await walk.untilSaid(PROMPT);
    walk.type('q');
    expect((await walk.ended()).code).toBe(0);
    expect(await leftOf(walk)).toEqual([]);
  });
});

describe('hands-free', () => {
  it('walks by itself to the next drill, and leaves the stage whole', async () => {
    const booth = await drill('hands-free', '1');
    await booth.untilSaid('✔ no number twice, none missing');
    await booth.untilSaid('Demo 1');
    await booth.untilSaid('✔ greeting');
    expect((await booth.leave('SIGINT')).code).toBe(INTERRUPTED);
    await isWhole();
  });
});
