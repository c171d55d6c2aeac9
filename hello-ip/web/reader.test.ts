// What is known of a greeting while the Temporal Service answers, falters, goes away and comes back.
import { type Client, ServiceError } from '@temporalio/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createReader, type Reader, type Snapshot } from './reader.ts';

const ID = 'greeting-ziggy-000000';
const unavailable = grpcError(14, 'No connection established');

let reader: Reader;
/** What the next looks find: an error, or the greeting at work. After the last, the greeting again. */
let found: (Error | 'greeting')[];
/** Whether a question that needs no other host is answered. */
let isThere: boolean;

beforeEach(() => {
  found = [];
  isThere = false;
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: Date.UTC(2026, 10, 20, 14) });
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  reader = createReader(fakeClient());
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

function grpcError(code: number, details: string): Error {
  const cause = Object.assign(new Error(`${code} ${details}`), { code, details, metadata: {} });
  return new ServiceError('Failed to describe workflow', { cause });
}

function fakeClient(): Client {
  const description = {
    type: 'getAddressFromIP',
    runId: 'run',
    historyLength: 1,
    status: { name: 'RUNNING' },
    raw: {},
  };
  const describe = async () => {
    const next = found.shift();
    if (next instanceof Error) throw next;
    return description;
  };
  const client = {
    options: { namespace: 'default' },
    withDeadline: (_deadline: number, work: () => unknown) => work(),
    workflow: { getHandle: () => ({ describe, fetchHistory: async () => ({ events: [] }) }) },
    workflowService: {
      listWorkers: async () => ({ workersInfo: [] }),
      getSystemInfo: async () => {
        if (!isThere) throw unavailable;
        return {};
      },
    },
  };
  return client as unknown as Client;
}

/** This many looks of an open page. */
async function follow(looks: number): Promise<Snapshot[]> {
  const sights: Snapshot[] = [];
  await new Promise<void>((resolve) => {
    const unfollow = reader.follow(ID, (snapshot) => {
      sights.push(snapshot);
      vi.setSystemTime(Date.now() + 1000);
      if (sights.length < looks) return;
      unfollow();
      resolve();
    });
  });
  return sights;
}

describe('an outage', () => {
  it('is not a single failed look', async () => {
    found = ['greeting', unavailable, 'greeting', unavailable, 'greeting'];
    const sights = await follow(5);
    expect(sights.map(({ awaySince, back }) => [awaySince, back])).toEqual(Array(5).fill([undefined, false]));
    expect(sights.every(({ progress }) => progress)).toBe(true);
  });

  it('is two in a row, since the first of them, however long it lasts', async () => {
    found = ['greeting', unavailable, unavailable, unavailable, unavailable, 'greeting'];
    const sights = await follow(6);
    const since = new Date('2026-11-20T14:00:01Z');
    expect(sights.map(({ awaySince }) => awaySince)).toEqual([
      ...[undefined, undefined],
      ...[since, since, since],
      undefined,
    ]);
  });

  it('is also seen by one look at a greeting that nobody follows, which looks twice', async () => {
    found = [unavailable, unavailable];
    expect((await reader.look(ID)).awaySince).toBeDefined();
    found = [unavailable];
    expect((await reader.look(ID)).awaySince).toBeDefined();
    found = ['greeting'];
    expect((await reader.look(ID)).awaySince).toBeUndefined();
    found = [unavailable];
    expect((await reader.look(ID)).awaySince).toBeUndefined();
  });

  it('is of one host while another answers, and then nobody has to come back', async () => {
    isThere = true;
    found = ['greeting', unavailable, unavailable, unavailable, 'greeting'];
    const sights = await follow(5);
    const [, failed, , away, after] = sights;
    expect(failed?.awaySince).toBeUndefined();
    expect(away).toMatchObject({ oneHostAway: true, trouble: undefined });
    expect(away?.seen?.serviceAway).toEqual([]);
    expect([after?.awaySince, after?.oneHostAway, after?.back]).toEqual([undefined, undefined, false]);
  });

  it('of all stays one of all while its hosts start one after the other', async () => {
    found = ['greeting', unavailable, unavailable];
    await follow(3);
    isThere = true;
    found = [unavailable, 'greeting'];
    const [starting] = await follow(2);
    expect(starting?.awaySince).toBeDefined();
    expect(starting?.oneHostAway).toBe(false);
  });

  it('is not seen sooner because several look at once', async () => {
    found = [unavailable, unavailable];
    const looks = Promise.all([reader.look(ID), reader.look(ID)]);
    found = [];
    expect((await looks).map(({ awaySince }) => awaySince)).toEqual([undefined, undefined]);
  });
});

it('an error of ours is not an outage: it is reported as ours, and logged once, with its stack', async () => {
  const bug = new TypeError('x is not a function');
  found = ['greeting', bug, bug, bug];
  const sights = await follow(4);
  const words = 'The app itself has failed. Its terminal shows the error.';
  expect(sights.map(({ trouble }) => trouble)).toEqual([undefined, undefined, words, words]);
  expect(sights[3]?.progress).toBeDefined();
  expect(vi.mocked(console.error).mock.calls).toEqual([[words, bug]]);
});

describe('the last known state', () => {
  it('outlives a minute of looks, such as those of the slides, while the Temporal Service is away', async () => {
    await reader.look(ID);
    for (let second = 1; second <= 70; second += 1) {
      vi.advanceTimersByTime(1000);
      found = second < 50 ? [] : [unavailable, unavailable];
      expect((await reader.look(ID)).progress, `after ${second} s`).toBeDefined();
    }
  });

  it('is forgotten a minute after the last look', async () => {
    await reader.look(ID);
    vi.advanceTimersByTime(60_000);
    found = [unavailable, unavailable];
    expect((await reader.look(ID)).progress).toBeUndefined();
  });
});
