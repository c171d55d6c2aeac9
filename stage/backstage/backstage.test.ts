// Backstage without a stage: who gets in, what a press does, the words of a step, and the clock.
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, get } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { StageStatus } from '../control/client.ts';
import { createEngine } from '../notes/engine.ts';
import { type Drill, listDrills, readPage } from '../notes/pages.ts';
import type { Performed } from '../notes/perform.ts';
import { SLOTS } from '../notes/slots.ts';
import { ROOT } from '../settings.ts';
import { makeCertificate } from './certificate.ts';
import { createDesk } from './desk.ts';
import { createDoorkeeper } from './doorkeeper.ts';
import { readBackstageOrder } from './order.ts';
import { paceOf, readSchedule } from './schedule.ts';
import { switchesOf } from './switches.ts';
import { deskView } from './view.ts';
import { wordsOf } from './words.ts';

const PAGE = `# Demo 9: a test

- **Minutes:** 4

## Steps

### 1. Say it

**Do:** Stand up.

> Hello.
> Again.

### 2. Kill it

**Do:** Press.

**The room sees:** Nothing.

\`\`\`sh
npm run stage kill worker
npm run stage expect worker down
\`\`\`

> Gone, \`all\` of it.

**Ask:** Is it?

**Answer:** [It](x.md) is.

### 3. Start it

\`\`\`sh
npm run stage start worker
\`\`\`

## If it goes wrong

- Read the terminal.
`;

const drillOf = (name: string, number?: number): Drill => ({ name, number, ...readPage(PAGE, `${name}.md`) });

/** A desk whose commands are noted and not done; those that are named fail. */
function deskFor(drills: Drill[], failing: string[] = []) {
  const done: string[] = [];
  const desk = createDesk({
    drills,
    changed() {},
    engineFor: (drill, changed) =>
      createEngine(drill, {
        changed,
        async perform(command): Promise<Performed> {
          done.push(command.line.replace('npm run stage ', ''));
          if (failing.includes(command.verb)) throw Object.assign(new Error('No.'), { name: 'UserError' });
          return { command, said: ['said'], ms: 1 };
        },
      }),
  });
  const press = async (what: 'next' | 'back' | 'skip' | 'repeat', seq = desk.state().seq, drill?: string) => {
    const counts = desk.press({ do: what, seq, drill });
    await desk.idle();
    return counts;
  };
  return { desk, done, press };
}

describe('the doorkeeper', () => {
  it('lets in by a code once, and gives 128 bits', () => {
    const keeper = createDoorkeeper();
    const code = keeper.newCode();
    expect(Buffer.from(code, 'base64url')).toHaveLength(16);
    expect([keeper.judge(code), keeper.judge(code)]).toEqual(['right', 'wrong']);
  });

  it('forgets a code after two minutes, or when there is a newer one', () => {
    let now = 0;
    const keeper = createDoorkeeper(() => now);
    const old = keeper.newCode();
    const code = keeper.newCode();
    expect(keeper.judge(old)).toBe('wrong');
    now = 120_000;
    expect(keeper.judge(code)).toBe('wrong');
  });

  it('is silent for a minute after five wrong tries, even to the right code', () => {
    let now = 0;
    const keeper = createDoorkeeper(() => now);
    for (let tries = 0; tries < 5; tries += 1) expect(keeper.judge('x')).toBe('wrong');
    const code = keeper.newCode();
    expect(keeper.judge(code)).toBe('silent');
    now = 60_000;
    expect(keeper.judge(code)).toBe('right');
  });

  it('has one screen and one phone: who comes later is in, and who was there is out', () => {
    const keeper = createDoorkeeper();
    const [screen, phone, another] = [keeper.letIn('screen'), keeper.letIn('phone'), keeper.letIn('phone')];
    expect([screen, phone, another, undefined, ''].map(keeper.placeOf)).toEqual([
      ...['screen', undefined, 'phone', undefined, undefined],
    ]);
  });
});

describe('a press', () => {
  it('on next moves on and runs what is there, step by step, and then comes to the next drill', async () => {
    const { desk, done, press } = deskFor([drillOf('a', 0), drillOf('b', 1)]);
    expect(desk.state()).toMatchObject({ at: 0, phase: 'ready', coming: { title: 'Kill it' } });
    await press('next');
    expect([done, desk.state().at, desk.state().phase]).toEqual([
      ['kill worker', 'expect worker down'],
      1,
      'done',
    ]);
    await press('next');
    expect([done.at(-1), desk.state().coming.title]).toEqual(['start worker', 'Demo 9: a test']);
    await press('next');
    expect(desk.state()).toMatchObject({ at: 0, phase: 'ready', drill: { name: 'b' } });
  });

  it('counts once, however often it comes: a page that is older than the desk does nothing', async () => {
    const { desk, done } = deskFor([drillOf('a', 0)]);
    const { seq } = desk.state();
    expect([desk.press({ do: 'next', seq }), desk.press({ do: 'next', seq })]).toEqual([true, false]);
    await desk.idle();
    expect(desk.press({ do: 'next', seq })).toBe(false);
    expect(done).toHaveLength(2);
  });

  it('stays at a step that failed, and tries it again', async () => {
    const { desk, done, press } = deskFor([drillOf('a', 0)], ['expect']);
    await press('next');
    expect(desk.state()).toMatchObject({ at: 1, phase: 'failed', coming: { title: 'Kill it' } });
    expect(desk.state().heard.at(-1)?.failure).toBe('No.');
    await press('next');
    expect([done.length, desk.state().at]).toEqual([4, 1]);
  });

  it('on skip runs nothing; on repeat the step again; on back nothing, a step earlier', async () => {
    const { desk, done, press } = deskFor([drillOf('a', 0)]);
    await press('skip');
    expect([done, desk.state().at, desk.state().phase]).toEqual([[], 1, 'ready']);
    await press('next');
    await press('repeat');
    expect([done.length, desk.state().at, desk.state().phase]).toEqual([4, 1, 'done']);
    await press('back');
    expect([desk.state().at, desk.state().phase]).toEqual([1, 'ready']);
    await press('back');
    expect([done.length, desk.state().at]).toEqual([4, 0]);
  });

  it('for another drill goes there first, as the key of the deck does', async () => {
    const { desk, done, press } = deskFor([drillOf('a', 0), drillOf('b', 1)]);
    await press('next', desk.state().seq, 'b');
    expect([desk.state().drill.name, desk.state().at, done.length]).toEqual(['b', 1, 2]);
  });

  it('starts the clock, once', async () => {
    const { desk, press } = deskFor([drillOf('a', 0)]);
    expect(desk.state().startedAt).toBeUndefined();
    await press('skip');
    const { startedAt } = desk.state();
    await press('back');
    expect([typeof startedAt, desk.state().startedAt]).toEqual(['number', startedAt]);
  });
});

describe('the words', () => {
  const [, kill] = drillOf('a').steps;

  it('are sorted by what they are for; links are words', () => {
    expect(wordsOf(kill?.before ?? [])).toEqual([
      { kind: 'do', html: 'Press.' },
      { kind: 'sees', html: 'Nothing.' },
    ]);
    expect(wordsOf(kill?.after ?? [])).toEqual([
      { kind: 'say', html: 'Gone, <code>all</code> of it.' },
      { kind: 'ask', html: 'Is it?' },
      { kind: 'answer', html: 'It is.' },
    ]);
  });

  it('of every page of the talk say something at each step', () => {
    for (const drill of listDrills())
      for (const step of drill.steps)
        expect(wordsOf([...step.before, ...step.after]).length).toBeGreaterThan(0);
  });
});

describe('the clock', () => {
  it.each(SLOTS)('of %s minutes has the demos of the running order, each after the one before', (slot) => {
    const schedule = readSchedule(slot);
    expect(schedule.map(({ demo }) => demo)).toEqual(
      { 30: [0, 1, 3, 5], 45: [0, 1, 2, 3, 5], 60: [0, 1, 2, 3, 4, 5, 6] }[slot],
    );
    for (const [index, { begins }] of schedule.entries())
      expect(begins).toBeGreaterThanOrEqual(schedule[index - 1]?.ends ?? 0);
    const notes = readFileSync(join(ROOT, 'presenter-notes', 'README.md'), 'utf8');
    const [, thirty, others] =
      /Be at demo 3 by minute ([\d.]+) of 30, or ([\d.]+) of 45 or 60/.exec(notes) ?? [];
    const demo3 = schedule.find(({ demo }) => demo === 3)?.begins;
    expect(demo3).toBe(Number(slot === '30' ? thirty : others));
  });

  const schedule = [
    { demo: 0, begins: 2, ends: 6 },
    { demo: 1, begins: 8, ends: 12 },
  ];

  it.each([
    [0, 0, 0, 0, 2],
    [0, 0.5, 4, 1, 0],
    [0, 0.5, 7, 1, -3],
    [0, 1, 5, 1, 1],
    [1, 0.5, 10, undefined, 0],
  ])(
    'at demo %i, %d done, at minute %i: demo %s is next, with %i to spare',
    (demo, part, minutes, next, early) => {
      const pace = paceOf(schedule, demo, part, minutes);
      expect([pace.next?.demo, pace.early + 0]).toEqual([next, early]);
    },
  );
});

describe('the switches', () => {
  const status = (state: string, network?: string) =>
    ({
      processes: [
        { name: 'worker', state, frozen: false },
        { name: 'server', state: 'ready', frozen: true },
      ],
      network: network && { state: network, venue: true },
    }) as unknown as StageStatus;

  it('are what the stage says, and holding one does the opposite', () => {
    const shown = switchesOf(status('ready', 'open')).map(({ name, word, hold }) => [name, word, hold]);
    expect(shown).toEqual([
      ['worker', 'up', 'hold to kill'],
      ['server', 'none', 'hold to start'],
      ['network', 'up', 'hold to cut'],
      ['bug', 'off', 'hold to put in'],
    ]);
    expect(switchesOf(status('stopped')).map(({ word }) => word)).toEqual(['none', 'none', 'none', 'off']);
  });
});

describe('the page', () => {
  it('says of a stage that is gone what starts it, and of a failure what the notes say', async () => {
    const drill = drillOf('a', 0);
    const { desk, press } = deskFor([drill], ['kill']);
    await press('next');
    const view = deskView({ desk: desk.state(), drills: [drill], slot: '30', schedule: readSchedule('30') });
    expect(view.stageAway).toBe('The stage does not answer. Start it in a terminal: npm start');
    expect(view.failed).toBe(true);
    expect(view.trouble).toEqual([{ kind: 'text', html: 'Read the terminal.' }]);
    expect(view.proofs).toEqual([{ state: 'failed', words: 'No.' }]);
    expect(view.next.verb).toBe('Again');
  });
});

describe('the certificate', () => {
  it('is for this address, for a day, and a browser that trusts it is served', async () => {
    const { key, cert, fingerprint } = await makeCertificate('127.0.0.1');
    const read = new X509Certificate(cert);
    expect([read.checkIP('127.0.0.1'), read.checkIP('127.0.0.2')]).toEqual(['127.0.0.1', undefined]);
    expect(Date.parse(read.validTo) - Date.now()).toBeLessThanOrEqual(25 * 3_600_000);
    expect(read.fingerprint256).toMatch(new RegExp(`^${fingerprint}`));
    const server = createServer({ key, cert }, (_request, response) => response.end('hello'));
    onTestFinished(() => void server.close());
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const [response] = await once(get({ host: '127.0.0.1', port, ca: cert, agent: false }), 'response');
    expect(response.statusCode).toBe(200);
    response.resume();
  });
});

describe('the order', () => {
  it('is a place and a slot, in any order', () => {
    expect(readBackstageOrder([])).toEqual({ place: 'screen', slot: '45', https: false });
    expect(readBackstageOrder(['60', 'phone', 'https'])).toEqual({ place: 'phone', slot: '60', https: true });
    expect(() => readBackstageOrder(['https'])).toThrow('npm run backstage phone https');
    expect(() => readBackstageOrder(['fone'])).toThrow('Backstage does not know "fone".');
  });
});
