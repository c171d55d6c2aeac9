// The timeline of each recorded greeting, drawn for the page and in characters, is as it was when somebody looked at it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { drawTimeline } from '../../hello-ip/web/timeline/draw.ts';
import { factsOf } from '../../hello-ip/web/timeline/facts.ts';
import { type Timeline, type TimelineInput, timelineOf } from '../../hello-ip/web/timeline/timeline.ts';
import type { KeptGreeting } from '../../stage/notes/histories.ts';
import { linesOfTimeline } from '../../stage/verbs/timeline-text.ts';

const FOLDER = join(import.meta.dirname, 'greetings');
const GOLDEN = join(import.meta.dirname, 'golden');
const names = readdirSync(FOLDER).map((file) => file.replace('.json', ''));
const plain = (_colour: string, text: string) => text;

function kept(name: string): KeptGreeting {
  return JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8'));
}

/** The timeline of a recorded greeting, or of as much of it as is given. */
function timeline(name: string, known: Partial<TimelineInput> & { events?: number } = {}): Timeline {
  const { events, seen, faults } = kept(name);
  const facts = factsOf(events.slice(0, known.events));
  if (!facts) throw new Error(`${name} is empty.`);
  return timelineOf({ facts, seen, faults, ...known });
}

/** A fault within the greeting "a-timer"; of matching-2, long after it. */
function inside(hit: string): { at: number; over: number } {
  const facts = factsOf(kept('a-timer').events);
  const at = (facts?.timer?.started ?? 0) + (hit === 'matching-2' ? 3_600_000 : 500);
  return { at, over: at + 700 };
}

const lane = ({ lanes }: Timeline, name: string) => lanes.find((candidate) => candidate.name === name);
const kinds = (of: Timeline, name: string) => lane(of, name)?.spans.map(({ kind }) => kind);

it.each(names)('%s, drawn and in characters', async (name) => {
  const drawn = timeline(name);
  await expect(drawTimeline(drawn).replaceAll('><', '>\n<')).toMatchFileSnapshot(join(GOLDEN, `${name}.svg`));
  await expect(linesOfTimeline(drawn, 100, plain).join('\n')).toMatchFileSnapshot(
    join(GOLDEN, `${name}.txt`),
  );
});

describe('a greeting', () => {
  it('that nothing happened to has survived nothing', () => {
    expect(timeline('a-timer').survived).toBeUndefined();
    expect(timeline('all-goes-well').lanes.map(({ name }) => name)).toEqual([
      'Worker',
      'getIP',
      'getLocationInfo',
    ]);
  });

  it.each([
    [
      'worker-killed-in-the-timer',
      /^survived 1 Worker kill and \d+ s without a Worker · getIP executed once$/,
    ],
    ['worker-killed-twice', /^survived 2 Worker kills and /],
    ['service-killed-in-the-timer', /^survived 1 Service kill and \d+ s without the Service · getIP/],
    ['network-cut', /^survived \d+ s without a network and [2-4] failed attempts · getIP executed once$/],
  ])('%s says what it has survived', (name, words) => {
    expect(timeline(name).survived).toMatch(words);
  });

  it('that was cancelled has survived nothing, and its Activity was not done', () => {
    const cancelled = timeline('cancelled');
    expect(cancelled.survived).toBeUndefined();
    expect(lane(cancelled, 'getIP')?.marks.every(({ shape }) => shape === 'failed')).toBe(true);
  });

  it('has a Timer that fired on time without a Worker, and late without a Temporal Service', () => {
    const words = (name: string) => lane(timeline(name), 'Timer')?.marks[0]?.words;
    expect(words('worker-killed-in-the-timer')).toBe('fired, on time');
    expect(words('service-killed-in-the-timer')).toBe('fired late: the Service was away');
  });

  it('has a cross only where it is known what was killed', () => {
    const { events, seen } = kept('worker-killed-in-the-timer');
    const facts = factsOf(events);
    if (!facts) throw new Error('empty');
    const noticed = timelineOf({ facts, seen });
    expect(noticed.kills).toEqual([]);
    expect(kinds(noticed, 'Worker')).toEqual(['alive', 'gone', 'alive']);
    expect(noticed.survived).toMatch(/^survived \d+ s without a Worker/);
    // Nobody looked: the task that nobody took is in its history.
    expect(kinds(timelineOf({ facts }), 'Worker')).toEqual(['alive', 'gone', 'alive']);
  });

  it('of a cluster has a lane for each process that was killed, and for no other', () => {
    const [fault] = kept('worker-killed-in-the-timer').faults;
    if (!fault) throw new Error('no fault');
    const hits = ['history-1', 'postgres', 'releases', 'matching-2'];
    const killed = timeline('a-timer', { faults: hits.map((hit) => ({ ...fault, hit, ...inside(hit) })) });
    expect(killed.lanes.map(({ name }) => name)).toEqual([
      ...['Worker', 'getIP', 'Timer', 'getLocationInfo', 'history-1', 'postgres'],
    ]);
    expect(killed.kills.map(({ words }) => words)).toEqual(['kill -9 history-1', 'kill -9 postgres']);
    expect(kinds(killed, 'history-1')).toEqual(['alive', 'gone', 'alive']);
    expect(killed.survived).toMatch(/^survived 2 host kills · getIP executed once$/);
  });

  it('that is restarted politely has no cross', () => {
    const [fault] = kept('worker-killed-in-the-timer').faults;
    if (!fault) throw new Error('no fault');
    const stopped = timeline('worker-killed-in-the-timer', { faults: [{ ...fault, what: 'stopped' }] });
    expect(stopped.kills).toEqual([]);
    expect(kinds(stopped, 'Worker')).toContain('gone');
  });
});

it('a Worker that died by itself has no cross, and one that was started elsewhere is back when it takes something', () => {
  const name = 'worker-killed-in-the-timer';
  const [fault] = kept(name).faults;
  if (!fault) throw new Error('no fault');
  const { over, ...open } = fault;
  expect(timeline(name, { faults: [{ ...fault, what: 'died' }] }).kills).toEqual([]);
  const elsewhere = timeline(name, { faults: [open], seen: undefined });
  expect(kinds(elsewhere, 'Worker')).toEqual(['alive', 'gone', 'alive']);
  expect(over).toBeDefined();
});

it('a network that is killed while it is cut was away once', () => {
  const name = 'network-cut';
  const [cut] = kept(name).faults;
  if (!cut) throw new Error('no fault');
  const killed = { ...cut, hit: 'network', what: 'kill -9', at: cut.at + 500 };
  const once = timeline(name);
  const twice = timeline(name, { faults: [cut, killed] });
  expect(kinds(twice, 'Network')).toEqual(kinds(once, 'Network'));
  expect(twice.survived).toBe(once.survived);
});

describe('while it runs', () => {
  const begun = Date.parse(kept('worker-killed-in-the-timer').events[10]?.eventTime ?? '');
  const running = (seconds: number) =>
    timeline('worker-killed-in-the-timer', {
      events: 11,
      faults: [],
      seen: undefined,
      now: begun + seconds * 1000,
    });

  it('the Timer is drawn up to now, and what is left of it', () => {
    expect(lane(running(2), 'Timer')?.spans).toMatchObject([
      { kind: 'timer-rest', words: '4 s left' },
      { kind: 'timer' },
    ]);
    expect(lane(running(8), 'Timer')?.spans.at(-1)).toMatchObject({ kind: 'waits', words: 'due' });
  });

  it('the axis jumps and never slides', () => {
    const totals = Array.from(
      { length: 30 },
      (_, seconds) =>
        /x="([\d.]+)" y="[\d.]+" font-size="24" text-anchor="middle">5</.exec(
          drawTimeline(running(seconds)),
        )?.[1],
    );
    expect(new Set(totals).size).toBeLessThan(6);
  });

  it('has now on the Worker, and no end', () => {
    expect(drawTimeline(running(2))).toContain('class="tl-ring"');
    expect(drawTimeline(timeline('a-timer'))).not.toContain('class="tl-ring"');
  });
});

it('what the log of faults says is no markup', () => {
  const [fault] = kept('worker-killed-in-the-timer').faults;
  if (!fault) throw new Error('no fault');
  const drawn = drawTimeline(
    timeline('worker-killed-in-the-timer', { faults: [{ ...fault, what: '<script>' }] }),
  );
  expect(drawn).not.toContain('<script>');
});

it.each([20, 60, 100, 200])('in characters, no line is wider than %d', (columns) => {
  for (const name of names)
    for (const line of linesOfTimeline(timeline(name), columns, plain).slice(0, -2))
      if (!line.includes('✗ ')) expect(line.length).toBeLessThanOrEqual(Math.max(columns, 36));
});
