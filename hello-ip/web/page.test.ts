// Every state that the page can be in, in its own words.
import { describe, expect, it } from 'vitest';
import { type Page, pageOf } from './page.ts';
import type { Progress } from './progress.ts';
import type { Snapshot } from './reader.ts';

const now = new Date('2026-11-20T14:00:00.000Z');
const inSeconds = (seconds: number) => new Date(now.getTime() + seconds * 1000);

const none = { begun: false, completed: false };
const begun = { begun: true, completed: false };
const ip = { begun: true, completed: true, result: '8.8.8.8' };
const place = { begun: true, completed: true, result: 'Vienna, Vienna, Austria' };
const running = { begun: true, completed: false, due: inSeconds(6.2) };
const fired = { begun: true, completed: true, due: inSeconds(-1) };
const refused = 'ip-api.com refused the connection.';

function see(progress: Partial<Progress> | undefined, snapshot: Partial<Snapshot> = {}): Page {
  const facts: Progress = {
    runId: 'run',
    status: 'RUNNING',
    greeting: { name: 'Ziggy', seconds: 10 },
    getIP: none,
    timer: none,
    getLocationInfo: none,
    ...progress,
  };
  return pageOf(
    {
      workflowId: 'greeting-ziggy-000000',
      found: true,
      back: false,
      workers: 1,
      progress: progress && facts,
      ...snapshot,
    },
    now,
  );
}

const said = (page: Page) => [page.headline, ...page.lines].join(' | ');
const steps = (page: Page) => page.steps.map(({ state, text }) => (text ? `${state}: ${text}` : state));

describe('on its way', () => {
  it('looks up', () => {
    const page = see({ getIP: begun });
    expect(said(page)).toBe('Looking up your IP address | Hold on, Ziggy.');
    expect(steps(page)).toEqual(['running', 'waiting', 'waiting']);
    expect(page).toMatchObject({ state: 'running', final: false });
  });

  it('sleeps, with whole seconds left', () => {
    const page = see({ getIP: ip, timer: running });
    expect(said(page)).toBe('Sleeping: 7 s left | Hold on, Ziggy.');
    expect(steps(page)).toEqual(['done: 8.8.8.8', 'running: 7 s left', 'waiting']);
  });

  it('locates', () => {
    const page = see({ getIP: ip, timer: fired, getLocationInfo: begun });
    expect(said(page)).toBe('Finding your location | Hold on, Ziggy.');
    expect(steps(page)).toEqual(['done: 8.8.8.8', 'done: Timer fired', 'running']);
  });

  it('says which attempt failed, why, and when the next comes', () => {
    const pending = { attempt: 4, running: false, failure: refused, nextAttempt: inSeconds(1.4) };
    const page = see({ getIP: ip, timer: fired, getLocationInfo: begun, pending });
    expect(said(page)).toBe(`Attempt 3 failed | ${refused}`);
    expect(steps(page)[2]).toBe('retrying: attempt 4 in 2 s');
  });

  it('says which attempt is running and why the last failed', () => {
    const page = see({ getIP: begun, pending: { attempt: 2, running: true, failure: refused } });
    expect(said(page)).toBe(`Attempt 2 is running | ${refused}`);
    expect(steps(page)[0]).toBe('retrying: attempt 2 is running');
  });
});

describe('with no seconds to sleep', () => {
  const greeting = { name: 'Ziggy', seconds: 0 };
  const two = { greeting, timer: undefined };

  it('has two steps, one after the other', () => {
    expect(see({ ...two, getIP: begun }).steps.map(({ title, state }) => `${title}: ${state}`)).toEqual([
      'Look up your IP address: running',
      'Find your location: waiting',
    ]);
  });

  it('goes from the first step to the last', () => {
    const page = see({ ...two, getIP: ip });
    expect(page.headline).toBe('Finding your location');
    expect(steps(page)).toEqual(['done: 8.8.8.8', 'running']);
  });

  it('waits for a Worker, with no Timer running', () => {
    const page = see({ ...two, getIP: ip }, { workers: 0 });
    expect(page.lines).toEqual(['The greeting will carry on as soon as a Worker polls.']);
    expect(steps(page)).toEqual(['done: 8.8.8.8', 'paused']);
  });
});

describe('without a Worker', () => {
  it('is paused', () => {
    const page = see({ getIP: begun }, { workers: 0 });
    expect(said(page)).toBe('No Worker is polling | The greeting will carry on as soon as a Worker polls.');
    expect(steps(page)).toEqual(['paused', 'waiting', 'waiting']);
  });

  it('the Timer keeps running', () => {
    const page = see({ getIP: ip, timer: running }, { workers: 0 });
    expect(said(page)).toBe(
      'No Worker is polling | The Timer is still running: the Temporal Service keeps the time.',
    );
    expect(steps(page)[1]).toBe('running: 7 s left');
  });

  it('after the Timer the third step waits', () => {
    expect(steps(see({ getIP: ip, timer: fired }, { workers: 0 }))).toEqual([
      'done: 8.8.8.8',
      'done: Timer fired',
      'paused',
    ]);
  });

  it('a due attempt waits for one', () => {
    const page = see(
      { getIP: begun, pending: { attempt: 3, running: false, failure: refused } },
      { workers: 0 },
    );
    expect(steps(page)[0]).toBe('paused: attempt 3 waits for a Worker');
  });

  it('is noticed by a task that nobody takes, where Workers are not listed', () => {
    expect(see({ taskWaitingSince: inSeconds(-1) }, { workers: undefined }).headline).not.toContain('Worker');
    expect(see({ taskWaitingSince: inSeconds(-3) }, { workers: undefined }).headline).toBe(
      'No Worker is polling',
    );
  });
});

describe('without the Temporal Service', () => {
  const away = { awaySince: inSeconds(-12) };

  it('keeps what it knew', () => {
    const page = see({ getIP: ip, timer: running }, away);
    expect(page.state).toBe('away');
    expect(said(page)).toMatch(
      /^Temporal Service away \| Since \d\d:\d\d:\d\d, for 12 s\. Below is the last known state\./,
    );
    expect(steps(page)).toEqual(['done: 8.8.8.8', 'away: due in 7 s', 'waiting']);
  });

  it('that lacks one host is not away', () => {
    const page = see({ getIP: ip, timer: running }, { ...away, oneHostAway: true });
    expect(said(page)).toMatch(
      /^One host does not answer \| .* \| The Temporal Service is there, .* asks again\.$/,
    );
    expect(steps(page)[1]).toBe('away: due in 7 s');
  });

  it('does not claim that a due Timer fired', () => {
    const page = see({ getIP: ip, timer: { ...running, due: inSeconds(-1) } }, away);
    expect(steps(page)[1]).toBe('away: due now');
  });

  it('knows nothing about a greeting that it has never seen', () => {
    const page = see(undefined, away);
    expect(said(page)).toContain('Nothing is known about this greeting yet.');
    expect(page).toMatchObject({ steps: [], final: false });
  });

  it('that answers with an error, says what it is and keeps what it knew', () => {
    const trouble = 'It refuses. Fix it.';
    const page = see({ getIP: ip, timer: running }, { ...away, trouble });
    expect(page.state).toBe('failed');
    expect(said(page)).toMatch(
      /^Cannot read the greeting \| It refuses\. Fix it\. \| Since [\d:]{8}, for 12 s\. Below is the last known state\.$/,
    );
    expect(steps(page)).toEqual(['done: 8.8.8.8', 'running: due in 7 s', 'waiting']);
    expect(page.final).toBe(false);
  });

  it('is back, and waits for the Worker', () => {
    const page = see({ getIP: ip, timer: fired }, { back: true, workers: 0 });
    expect(said(page)).toBe('Temporal Service is back | Waiting for a Worker.');
  });
});

describe('at its end', () => {
  it('greets', () => {
    const address = { ipAddress: '8.8.8.8', location: 'Vienna, Vienna, Austria' };
    const page = see({ status: 'COMPLETED', getIP: ip, timer: fired, getLocationInfo: place, address });
    expect(said(page)).toBe(
      'Hello, Ziggy! | Your IP Address is 8.8.8.8 | You are in Vienna, Vienna, Austria',
    );
    expect(steps(page)).toEqual(['done: 8.8.8.8', 'done: Timer fired', 'done: Vienna, Vienna, Austria']);
    expect(page.final).toBe(true);
  });

  it.each([
    ['FAILED', 'This greeting failed for good | why'],
    ['CANCELLED', 'Cancelled by somebody | why'],
    ['TERMINATED', 'Terminated by somebody | why'],
    ['TIMED_OUT', 'This greeting ended: timed out | why'],
  ] as const)('%s has its own words', (status, words) => {
    const page = see({ status, getIP: ip, timer: running, reason: 'why' });
    expect(said(page)).toBe(words);
    expect(steps(page)).toEqual(['done: 8.8.8.8', 'failed', 'waiting']);
    expect(page).toMatchObject({ state: 'failed', final: true });
  });

  it('a greeting that is not known, and one that no longer is', () => {
    expect(see(undefined, { found: false }).headline).toBe('There is no such greeting');
    expect(see({ getIP: ip }, { found: false }).headline).toBe('This greeting is gone');
  });
});
