// Every claim, true and false, on Event Histories cut from a committed one; the grammar; and how long is waited.
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { describe, expect, it } from 'vitest';
import { userError } from '../hello-ip/user-error.ts';
import { lastStarted } from '../hello-ip/web/last-started.ts';
import { progressOf } from '../hello-ip/web/progress.ts';
import type { ProcessStatus } from './ask.ts';
import type { Counts } from './claims/counts.ts';
import { listClaims, readClaim } from './claims/grammar.ts';
import { plainText } from './claims/page-text.ts';
import { prove, tell } from './claims/prove.ts';
import { CLAIMS } from './claims/table.ts';
import { workerVital } from './claims/vitals.ts';
import type { Seen, Verdict, World } from './claims/world.ts';

const committed = JSON.parse(
  readFileSync(new URL('../test/histories/greeting.json', import.meta.url), 'utf8'),
);
const HISTORY = historyFromJSON(committed).events ?? [];
const RUN_ID = '01a1fb73-81b2-7765-90fa-1d647f549ab5';
const ID = 'greeting-ziggy-54hkjz';
const SCHEDULED = 1;

interface Pending {
  attempt: number;
  failure?: string;
  /** Seconds from now; nothing while it is running. */
  next?: number;
}

/** The committed greeting after so many of its events. */
function seen(count: number, pending?: Pending, status = count === 22 ? 'COMPLETED' : 'RUNNING'): Seen {
  const events = HISTORY.slice(0, count);
  const description = {
    runId: RUN_ID,
    status: { name: status },
    raw: { pendingActivities: pending ? [rawOf(pending)] : [] },
  } as unknown as Parameters<typeof progressOf>[0];
  const progress = progressOf(description, events);
  return { workflowId: ID, runId: RUN_ID, historyLength: count, events, progress };
}

function rawOf({ attempt, failure, next }: Pending) {
  const nextAttemptScheduleTime = next === undefined ? undefined : { seconds: Date.now() / 1000 + next };
  return {
    attempt,
    state: next === undefined ? 2 : SCHEDULED,
    lastFailure: failure ? { message: failure } : undefined,
    nextAttemptScheduleTime,
  };
}

interface Parts {
  seen?: Seen;
  page?: string;
  up?: boolean;
  lookups?: Record<string, number>;
  counts?: Counts;
}

function world(parts: Parts): World {
  return {
    greeting: async () => parts.seen as Seen,
    page: async () => ({ workflowId: ID, text: parts.page ?? '' }),
    process: async () => ({ up: parts.up, fact: 'as it is' }),
    counts: async () => parts.counts ?? { volatile: [], durable: [] },
    async lookups() {
      if (!parts.lookups) throw userError('The stage is not up.');
      const traceId = RUN_ID.replaceAll('-', '');
      const others = { traceId: '0', host: 'icanhazip.com', count: 7 };
      return [others, ...Object.entries(parts.lookups).map(([host, count]) => ({ traceId, host, count }))];
    },
  };
}

async function verdict(said: string, parts: Parameters<typeof world>[0]): Promise<Verdict> {
  const { claim, given } = readClaim(said.split(' '));
  return claim.look(world(parts), given);
}

const lookups = { 'icanhazip.com': 1, 'ip-api.com': 1 };
const failing = { attempt: 3, failure: 'icanhazip.com refused the connection.' };
const twice = seen(22);
twice.events = structuredCloneOf(twice.events);
for (const event of twice.events) {
  if (event.activityTaskStartedEventAttributes) event.activityTaskStartedEventAttributes.attempt = 2;
}
const repeated = seen(22);
repeated.events = [...repeated.events, ...repeated.events.slice(4, 7)];

/** The attributes are class instances, so a shallow copy of each event has to do. */
function structuredCloneOf(events: Seen['events']): Seen['events'] {
  return events.map((event) => ({
    ...event,
    activityTaskStartedEventAttributes: event.activityTaskStartedEventAttributes && {
      ...event.activityTaskStartedEventAttributes,
    },
  }));
}

/** Durable numbers as "number process". */
function counts(volatile: number[][], durable: string[]): Counts {
  const counted = durable.map((text, index) => {
    const [number, identity = ''] = text.split(' ');
    return { number: Number(number), identity, eventId: String(index) };
  });
  return { volatile, durable: counted };
}

const CASES: [said: string, so: boolean, parts: Parameters<typeof world>[0], fact: RegExp][] = [
  [
    'greeting',
    true,
    { seen: seen(22) },
    /Hello, Ziggy! \d+\.\d+\.\d+\.\d+, \w+, .*Completed \(event 22, .*3305 ms/,
  ],
  ['greeting', false, { seen: seen(11) }, /Timer Started \(event 11, .*due .* ago/],
  ['greeting', false, { seen: seen(21, undefined, 'COMPLETED') }, /without an address/],
  ['greeting', false, { seen: seen(11, undefined, 'TERMINATED') }, /it is terminated/],
  ['no greeting', true, { seen: seen(11) }, /none for 2 s: Timer Started/],
  ['no greeting', false, { seen: seen(22) }, /it is completed \(event 22, /],
  [
    'timer running',
    true,
    { seen: seen(11) },
    /Timer Started \(event 11, \d\d:\d\d:33\.602\), due \d\d:\d\d:36\.602/,
  ],
  ['timer running', false, { seen: seen(7) }, /the last \(event 7, .*\) is Activity Task Completed/],
  ['timer running', false, { seen: seen(12) }, /Timer Fired \(event 12/],
  ['timer running', false, { seen: seen(11, undefined, 'TERMINATED') }, /it is terminated/],
  ['timer fired', true, { seen: seen(12) }, /Timer Fired \(event 12, .*\), 3\.002 s after/],
  ['timer fired', false, { seen: seen(11) }, /Timer Started/],
  [
    'fired while the worker was down',
    true,
    { seen: seen(13) },
    /event 12, .*Scheduled \(event 13, .*never Started/,
  ],
  [
    'fired while the worker was down',
    false,
    { seen: seen(14) },
    /Task Started \(event 14, .* came 14 ms after Timer Fired/,
  ],
  ['fired while the worker was down', false, { seen: seen(12) }, /Timer Fired/],
  ['fired while the worker was down', false, { seen: seen(11) }, /Timer Started/],
  [
    'retrying getIP',
    true,
    { seen: seen(5, { ...failing, next: 1.5 }) },
    /getIP: attempt 3 in 1\.[45] s.*refused/,
  ],
  ['retrying getIP', true, { seen: seen(5, failing) }, /attempt 3 is running/],
  ['retrying getIP', true, { seen: seen(5, { ...failing, next: -1 }) }, /attempt 3 waits for a Worker/],
  ['retrying getIP', false, { seen: seen(5, { attempt: 1 }) }, /getIP is running/],
  [
    'retrying getIP',
    false,
    { seen: seen(16, { ...failing, next: 1 }) },
    /getLocationInfo is retrying, attempt 3 in/,
  ],
  ['retrying getLocationInfo', true, { seen: seen(16, { ...failing, next: 1 }) }, /attempt 3/],
  [
    'attempts getIP 2',
    true,
    { seen: seen(5, { ...failing, next: 1 }) },
    /getIP: 2 attempts made.*the last failure/,
  ],
  [
    'attempts getIP 3',
    false,
    { seen: seen(5, { ...failing, next: 1 }) },
    /getIP: 2 attempts made; .* retrying/,
  ],
  ['attempts getIP 3', true, { seen: seen(5, failing) }, /3 attempts/],
  ['attempts getIP 1', true, { seen: seen(22) }, /getIP: 1 attempt made/],
  ['attempts getIP 2', false, { seen: seen(22) }, /1 attempt made; it is completed/],
  ['attempts getLocationInfo 1', false, { seen: seen(11) }, /0 attempts/],
  [
    'once getIP',
    true,
    { seen: seen(11), lookups },
    /Scheduled \(event 5, .*attempt 1 \(event 7, .*1 lookup at icanhazip/,
  ],
  [
    'once getLocationInfo',
    true,
    { seen: seen(22), lookups },
    /\(event 16, .*\(event 18, .*1 lookup at ip-api\.com/,
  ],
  ['once getLocationInfo', false, { seen: seen(11), lookups }, /has not completed: Timer Started/],
  [
    'once getIP',
    false,
    { seen: seen(11) },
    /completed once, but its lookups were not counted: The stage is not up/,
  ],
  [
    'once getIP',
    false,
    { seen: seen(11), lookups: { 'icanhazip.com': 2 } },
    /2 lookups at icanhazip\.com counted/,
  ],
  ['once getIP', false, { seen: seen(11), lookups: {} }, /0 lookups/],
  ['once getIP', false, { seen: twice, lookups }, /completed at attempt 2/],
  ['once getIP', false, { seen: repeated, lookups }, /scheduled 2 times/],
  [
    'page says hello,  ziggy',
    true,
    { page: 'Hold on. Hello, Ziggy! Your IP' },
    /Hold on\. Hello, Ziggy! Your/,
  ],
  ['page says Hello, David', false, { page: 'Hold on, Ziggy.' }, /its page says: Hold on, Ziggy\./],
  ['worker down', true, { up: false }, /worker: as it is/],
  ['worker down', false, { up: true }, /as it is/],
  ['server up', true, { up: true }, /server: as it is/],
  [
    'volatile started over',
    true,
    {
      counts: counts(
        [
          [1, 2, 3, 4],
          [1, 2],
        ],
        [],
      ),
    },
    /got to 4, .* printed 1 2/,
  ],
  ['volatile started over', false, { counts: counts([[1, 2, 3]], []) }, /started once: 1 2 3/],
  ['volatile started over', false, { counts: counts([[1, 2], []], []) }, /printed nothing/],
  ['volatile started over', false, { counts: counts([[1, 2], [3]], []) }, /printed 3/],
  [
    'durable resumed at 3',
    true,
    { counts: counts([], ['1 a', '2 a', '3 b']) },
    /2 was counted by a .*3 by b/,
  ],
  ['durable resumed at 3', false, { counts: counts([], ['1 a', '2 a', '3 a']) }, /3 by a/],
  [
    'durable resumed at 3',
    false,
    { counts: counts([], ['1 a', '1 a', '3 b']) },
    /1 was counted by a .*3 by b/,
  ],
  ['durable resumed at 3', false, { counts: counts([], []) }, /nothing/],
  [
    'durable resumed',
    true,
    { counts: counts([], ['1 a', '2 a', '3 b', '4 b']) },
    /2 was counted by a .*3 by b/,
  ],
  ['durable resumed', false, { counts: counts([], ['1 a', '2 a']) }, /2 by a/],
  ['durable resumed', false, { counts: counts([], ['1 a', '1 b']) }, /1 was counted by a .*1 by b/],
  [
    'counters at 2',
    true,
    {
      counts: counts(
        [
          [1, 2, 3],
          [1, 2],
        ],
        ['1 a', '2 a', '3 b'],
      ),
    },
    /: 1 2; durable: 1 2 3/,
  ],
  [
    'counters at 3',
    false,
    {
      counts: counts(
        [
          [1, 2, 3],
          [1, 2],
        ],
        ['1 a', '2 a', '3 b'],
      ),
    },
    /volatile: 1 2;/,
  ],
  ['counters at 3', false, { counts: counts([[1, 2, 3]], ['1 a', '2 a']) }, /durable: 1 2$/],
  ['counters at 1', false, { counts: counts([], []) }, /nothing; durable: nothing/],
  ['no number twice, none missing', true, { counts: counts([], ['1 a', '2 b']) }, /1 2$/],
  ['no number twice, none missing', false, { counts: counts([], ['1 a', '3 b']) }, /1 3$/],
  ['no number twice, none missing', false, { counts: counts([], ['1 a', '1 b']) }, /1 1$/],
  ['no number twice, none missing', false, { counts: counts([], []) }, /nothing/],
  ['web-ui up', false, { up: undefined }, /web-ui: as it is/],
];

describe('the claims', () => {
  it.each(CASES)('%s: %s', async (said, so, parts, fact) => {
    const found = await verdict(said, parts);
    expect([found.so, found.facts.join(' ')]).toEqual([so, expect.stringMatching(fact)]);
    if (parts.seen) expect(found.workflowId).toBe(ID);
  });

  it('have each a case in which it is so and one in which it is not', () => {
    const tested = (so: boolean) =>
      new Set(CASES.filter((aCase) => aCase[1] === so).map(([said]) => readClaim(said.split(' ')).claim));
    expect(CLAIMS.filter((claim) => !tested(true).has(claim))).toEqual([]);
    expect(CLAIMS.filter((claim) => !tested(false).has(claim))).toEqual([]);
  });
});

describe('the grammar', () => {
  const read = (said: string) => readClaim(said.split(' '));

  it('knows every claim, and tells of each in one screen', () => {
    const lines = listClaims();
    expect(lines.length).toBeLessThanOrEqual(24);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    for (const { usage } of CLAIMS) expect(lines.join('\n')).toContain(usage);
  });

  it('takes capitals as they come, a claim in one word, and another greeting behind "of"', () => {
    expect(read('Once getip').said).toBe('once getIP');
    expect(readClaim(['no greeting']).said).toBe('no greeting');
    expect(read('attempts getIP 3 of greeting-david-1')).toMatchObject({
      of: 'greeting-david-1',
      given: { activity: 'getIP', n: 3 },
      said: 'attempts getIP 3 of greeting-david-1',
    });
    expect(readClaim(['page', 'says', 'king of hearts'])).toMatchObject({
      given: { text: 'king of hearts' },
    });
    expect(readClaim(['page', 'says', 'Hello,', 'Ziggy!', 'of', 'a']).given.text).toBe('Hello, Ziggy!');
  });

  it.each([
    ['timer runing', 'timer running'],
    ['once getipp', 'once getIP'],
    ['attempts getIP many', 'attempts getIP <n>'],
    ['attempts getIP 0', 'attempts getIP <n>'],
    ['page sais Hello', 'page says <text>'],
    ['page says', 'page says <text>'],
    ['wroker down', 'worker down'],
    ['timer running fast', 'timer running'],
  ])('"%s" is no claim, "%s" may be meant', (said, close) => {
    expect(() => read(said)).toThrow(
      `"${said}" is no claim. Did you mean: npm run stage expect ${close}\nAll claims: npm run stage expect`,
    );
  });

  it('a process is of no greeting', () => {
    expect(() => read('worker down of greeting-a')).toThrow(
      'Say it without: npm run stage expect worker down',
    );
  });
});

describe('waiting', () => {
  /** Looks that come one after another; the last one stays. */
  function looks(...verdicts: (Partial<Verdict> | Error)[]) {
    let at = -1;
    const look = async (): Promise<Verdict> => {
      at = Math.min(at + 1, verdicts.length - 1);
      const found = verdicts[at] as Partial<Verdict> | Error;
      if (found instanceof Error) throw found;
      return { so: false, facts: ['nothing'], ...found };
    };
    return { claim: { usage: 'it', about: '', look }, given: readClaim(['greeting']).given, said: 'it' };
  }

  it('ends as soon as it is so, with the Workflow Id before the evidence', async () => {
    const proof = await prove(looks({}, { so: true, facts: ['one', 'two'], workflowId: ID }), world({}));
    expect(proof).toEqual({ claim: 'it', evidence: [`${ID}: one`, 'two'], ms: expect.any(Number) });
    expect(tell({ ...proof, ms: 240 })).toEqual(['✔ it (0.2 s)', `  ${ID}: one`, '  two']);
  });

  it('a Service that is away meanwhile is only a look that saw nothing', async () => {
    await prove(looks(userError('away'), { so: true }), world({}));
    await expect(prove(looks({}, userError('It is away.')), world({}), { withinMs: 150 })).rejects.toThrow(
      '✘ not so within 0.15 s: it\n  seen last: It is away.',
    );
  });

  it('a fault of ours is not taken for a claim that is not so', async () => {
    await expect(prove(looks(new TypeError('oops')), world({}))).rejects.toThrow(TypeError);
  });

  it('the bound counts from when a Timer is due, unless that is more than a minute away', async () => {
    const soon = looks({ dueMs: 200 }, {}, {}, { so: true });
    expect((await prove(soon, world({}), { withinMs: 150 })).ms).toBeGreaterThanOrEqual(250);
    await expect(prove(looks({ dueMs: 200 }, {}), world({}), { withinMs: 150 })).rejects.toThrow('not so');
    const late = looks({ dueMs: 3_600_000 }, {}, {}, { so: true });
    await expect(prove(late, world({}), { withinMs: 150 })).rejects.toThrow('not so within');
  });

  it('what must hold is looked at until it has held, over the bound if need be', async () => {
    const proof = await prove(looks({ so: true, holdMs: 250 }), world({}), { withinMs: 100 });
    expect(proof.ms).toBeGreaterThanOrEqual(250);
  });

  it('what must hold begins again when it was interrupted, or when it is another greeting', async () => {
    const so = { so: true, holdMs: 150 };
    await expect(prove(looks(so, {}), world({}), { withinMs: 120 })).rejects.toThrow('not so within');
    const proof = await prove(looks({ ...so, workflowId: 'a' }, { ...so, workflowId: 'b' }), world({}));
    expect(proof.ms).toBeGreaterThanOrEqual(250);
  });
});

describe('the greeting started last', () => {
  const row = (workflowId: string, seconds: number) => ({
    execution: { workflowId },
    startTime: { seconds },
  });

  it('is found, though it ends while the lists are read', async () => {
    let ended = false;
    const listWorkflowExecutions = async ({ query }: { query: string }) => {
      if (query.includes('!=')) return { executions: [row('old', 1), ...(ended ? [row('new', 2)] : [])] };
      await setImmediate();
      ended = true; // just before this list is read
      return { executions: [] };
    };
    const client = { options: { namespace: 'default' }, workflowService: { listWorkflowExecutions } };
    expect(await lastStarted(client as unknown as Client)).toBe('new');
  });

  it('is the newest, not the one that runs', async () => {
    const listWorkflowExecutions = async ({ query }: { query: string }) => ({
      executions: query.includes('!=') ? [row('older', 1), row('newest', 3)] : [row('running', 2)],
    });
    const client = { options: { namespace: 'default' }, workflowService: { listWorkflowExecutions } };
    expect(await lastStarted(client as unknown as Client)).toBe('newest');
  });
});

describe('a Worker', () => {
  const now = Date.now();
  const beat = (ago: number, more = {}) => ({
    host: hostname(),
    pid: process.pid,
    at: new Date(now - ago),
    running: true,
    ...more,
  });
  const report: ProcessStatus = { name: 'worker', state: 'ready', pid: 7, yours: false, frozen: false };
  const ended: ProcessStatus = { ...report, state: 'died', pid: undefined, ended: 'SIGKILL' };

  it('polls while its heartbeat is fresh and, on this machine, its process is there', () => {
    expect(workerVital({ beats: [beat(400)] }, now)).toMatchObject({ up: true, fact: /./ });
    expect(workerVital({ beats: [beat(400, { host: 'elsewhere', pid: 2 ** 22 + 1 })] }, now).up).toBe(true);
    expect(workerVital({ beats: [beat(400, { pid: 2 ** 22 + 1 })] }, now).up).toBe(false);
    expect(workerVital({ beats: [beat(2600)] }, now).up).toBe(false);
    expect(workerVital({ beats: [beat(400, { running: false })] }, now).up).toBe(false);
  });

  it('is down at once when the stage saw it end, else when no heartbeat has come for a while', () => {
    expect(workerVital({ beats: [], report: ended }, now)).toEqual({
      up: false,
      fact: 'no heartbeat; the stage says: died (SIGKILL)',
      holdMs: 0,
    });
    expect(workerVital({ beats: [], report }, now)).toMatchObject({ up: false, holdMs: 2500 });
    expect(workerVital({ beats: [] }, now)).toMatchObject({ up: false, holdMs: 2500 });
  });

  it('another that polls makes it not down', () => {
    expect(workerVital({ beats: [beat(3000), beat(10)], report: ended }, now).up).toBe(true);
  });

  it('with nobody to ask for heartbeats, only the stage can tell', () => {
    expect(workerVital({ unasked: 'away', report: ended }).up).toBe(false);
    expect(workerVital({ unasked: 'away', report }).up).toBeUndefined();
    expect(workerVital({ unasked: 'away', report: { ...ended, yours: true } }).up).toBeUndefined();
    expect(workerVital({ unasked: 'away' })).toEqual({ up: undefined, fact: 'away' });
  });
});

describe('the text of a page', () => {
  it('is what can be read there', () => {
    const html = `<!doctype html><head><title>No</title></head><body><p class="lost">No</p><svg>No</svg>
      <h1><span dir="auto">Hello,\n  Ziggy &amp; &#34;Co&#x22; &lt;b&gt;!</span></h1><p>You are in <b>Enschede</b>.</p>
      <script>no()</script></body>`;
    expect(plainText(html)).toBe('Hello, Ziggy & "Co" <b>! You are in Enschede.');
  });
});
