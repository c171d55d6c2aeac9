// Puts what is known about a greeting into the words of the page.

import type { PendingActivity, Progress, TimerStep } from './progress.ts';
import { isFinal, type Snapshot } from './reader.ts';
import { NOBODY_TAKES_IT_MS } from './timeline/timeline.ts';
import type { State } from './vocabulary.ts';

/** One of the steps, ready to be shown. */
export interface StepView {
  title: string;
  /** What the code calls it. */
  code: string;
  state: State;
  text: string;
  /** How much of the Timer is over while it runs, in percent. */
  part?: number;
}

/** Everything the page says about one greeting. */
export interface Page {
  state: State;
  headline: string;
  lines: string[];
  steps: StepView[];
  final: boolean;
}

/** What is shown of the newest greeting while there is none. */
export const NO_GREETING: Page = {
  state: 'waiting',
  headline: 'Nobody has been greeted yet',
  lines: ['The first greeting appears here as soon as it starts.'],
  steps: [],
  final: false,
};

/** Puts a snapshot into words, as of `now`. */
export function pageOf(snapshot: Snapshot, now: Date = new Date()): Page {
  const steps = snapshot.progress ? stepsOf(snapshot, snapshot.progress, now) : [];
  return { ...headlineOf(snapshot, steps, now), steps, final: isFinal(snapshot) };
}

type Headline = Pick<Page, 'state' | 'headline' | 'lines'>;

function headlineOf(snapshot: Snapshot, steps: StepView[], now: Date): Headline {
  const { progress, awaySince } = snapshot;
  if (!snapshot.found) return notFound(progress);
  if (awaySince) return unseen(awaySince, snapshot, now);
  if (!progress) return { state: 'waiting', headline: 'Looking for your greeting', lines: [] };
  if (progress.status !== 'RUNNING') return ending(progress);
  if (snapshot.back)
    return { state: 'paused', headline: 'Temporal Service is back', lines: ['Waiting for a Worker.'] };
  if (isPaused(snapshot, progress, now)) return noWorker(progress);
  return inProgress(progress, steps, now);
}

function notFound(progress: Progress | undefined): Headline {
  const headline = progress ? 'This greeting is gone' : 'There is no such greeting';
  const reason = progress
    ? 'The Temporal Service no longer knows it.'
    : 'The Temporal Service does not know this Workflow Id.';
  return { state: 'failed', headline, lines: [reason, 'Press Reset to start another.'] };
}

function unseen(awaySince: Date, { trouble, oneHostAway, progress }: Snapshot, now: Date): Headline {
  const seconds = Math.floor((now.getTime() - awaySince.getTime()) / 1000);
  const since = `Since ${clock(awaySince)}, for ${seconds} s.`;
  const kept = progress ? 'Below is the last known state.' : 'Nothing is known about this greeting yet.';
  if (trouble)
    return { state: 'failed', headline: 'Cannot read the greeting', lines: [trouble, `${since} ${kept}`] };
  return {
    state: 'away',
    headline: oneHostAway ? 'One host does not answer' : 'Temporal Service away',
    lines: [
      `${since} ${kept}`,
      oneHostAway
        ? 'The Temporal Service is there, and another host takes over. This page asks again.'
        : 'This page will carry on by itself.',
    ],
  };
}

function ending({ status, greeting, address, reason }: Progress): Headline {
  if (status === 'COMPLETED' && address) {
    const lines = [`Your IP Address is ${address.ipAddress}`, `You are in ${address.location}`];
    return { state: 'done', headline: `Hello, ${greeting.name}!`, lines };
  }
  const because = reason ? [reason] : [];
  if (status === 'FAILED')
    return { state: 'failed', headline: 'This greeting failed for good', lines: because };
  if (status === 'CANCELLED') return { state: 'failed', headline: 'Cancelled by somebody', lines: because };
  if (status === 'TERMINATED') return { state: 'failed', headline: 'Terminated by somebody', lines: because };
  return {
    state: 'failed',
    headline: `This greeting ended: ${status.toLowerCase().replaceAll('_', ' ')}`,
    lines: because,
  };
}

function noWorker(progress: Progress): Headline {
  const line = timerRuns(progress)
    ? 'The Timer is still running: the Temporal Service keeps the time.'
    : 'The greeting will carry on as soon as a Worker polls.';
  return { state: 'paused', headline: 'No Worker is polling', lines: [line] };
}

function inProgress({ getIP, timer, pending, greeting }: Progress, steps: StepView[], now: Date): Headline {
  const current = steps.find(({ state }) => state === 'running' || state === 'retrying');
  const state = current?.state ?? 'running';
  const lines = [`Hold on, ${greeting.name}.`];
  if (pending?.failure) return { state, headline: attemptFailed(pending), lines: [pending.failure] };
  if (!getIP.completed) return { state, headline: 'Looking up your IP address', lines };
  if (timer && !timer.completed)
    return { state, headline: `Sleeping: ${secondsLeft(timer.due, now)} s left`, lines };
  return { state, headline: 'Finding your location', lines };
}

function attemptFailed({ attempt, running }: PendingActivity): string {
  return running ? `Attempt ${attempt} is running` : `Attempt ${attempt - 1} failed`;
}

function stepsOf(snapshot: Snapshot, progress: Progress, now: Date): StepView[] {
  const { getIP, timer, getLocationInfo, greeting } = progress;
  const current = currentState(snapshot, progress, now);
  const trying = attemptText(progress.pending, current, now);
  const sleep = timer && {
    title: `Sleep ${greeting.seconds} s`,
    code: 'Durable Timer',
    completed: timer.completed,
    result: 'Timer fired',
    now: timerText(timer, snapshot, now),
    part: partOf(timer, greeting.seconds, now),
  };
  const steps = [
    { title: 'Look up your IP address', code: 'Activity getIP', ...getIP, now: trying },
    ...(sleep ? [sleep] : []),
    { title: 'Find your location', code: 'Activity getLocationInfo', ...getLocationInfo, now: trying },
  ];
  const at = steps.findIndex(({ completed }) => !completed);
  return steps.map((step, index) => {
    const { title, code, result = '', now } = step;
    if (at === -1 || index < at) return { title, code, state: 'done', text: result };
    if (index > at) return { title, code, state: 'waiting', text: '' };
    return { title, code, state: current, text: now, ...('part' in step ? { part: step.part } : {}) };
  });
}

/** In whole seconds, as the words are. */
function partOf({ begun, due }: TimerStep, seconds: number, now: Date): number | undefined {
  if (!begun || seconds === 0) return undefined;
  return Math.round((100 * (seconds - Math.min(seconds, secondsLeft(due, now)))) / seconds);
}

function timerText({ begun, due }: TimerStep, { progress, awaySince }: Snapshot, now: Date): string {
  if (!begun || progress?.status !== 'RUNNING') return '';
  const seconds = secondsLeft(due, now);
  if (!awaySince) return `${seconds} s left`;
  return seconds > 0 ? `due in ${seconds} s` : 'due now';
}

/** The state of the step that the greeting is at. */
function currentState(snapshot: Snapshot, progress: Progress, now: Date): State {
  if (progress.status !== 'RUNNING') return 'failed';
  if (snapshot.awaySince && !snapshot.trouble) return 'away';
  if (timerRuns(progress)) return 'running';
  if (isPaused(snapshot, progress, now)) return 'paused';
  return progress.pending?.failure ? 'retrying' : 'running';
}

/** While the Timer runs, no Worker is needed: the Temporal Service keeps the time. */
function timerRuns({ timer }: Progress): boolean {
  return Boolean(timer?.begun && !timer.completed);
}

function isPaused({ workers }: Snapshot, { taskWaitingSince }: Progress, now: Date): boolean {
  if (workers !== undefined) return workers === 0;
  return taskWaitingSince !== undefined && now.getTime() - taskWaitingSince.getTime() > NOBODY_TAKES_IT_MS;
}

function attemptText(pending: PendingActivity | undefined, current: State, now: Date): string {
  if (!pending?.failure) return '';
  const { attempt, running, nextAttempt } = pending;
  if (running) return `attempt ${attempt} is running`;
  if (current === 'paused') return `attempt ${attempt} waits for a Worker`;
  return `attempt ${attempt} in ${secondsLeft(nextAttempt, now)} s`;
}

function secondsLeft(due: Date | undefined, now: Date): number {
  return due ? Math.max(0, Math.ceil((due.getTime() - now.getTime()) / 1000)) : 0;
}

function clock(time: Date): string {
  return time.toTimeString().slice(0, 8);
}
