// Puts what is known of a greeting into the words of the page.

import type { PendingActivity, Progress } from './progress.ts';
import { isFinal, type Sight } from './reader.ts';
import type { State } from './vocabulary.ts';

/** A Workflow Task that nobody has taken for this long tells that no Worker is there, even where none can be listed. */
const NOBODY_TAKES_IT_MS = 2500;

/** One of the three steps, ready to be shown. */
export interface StepView {
  title: string;
  /** What it is in the code. */
  code: string;
  state: State;
  text: string;
}

/** All that the page says of one greeting. */
export interface Page {
  state: State;
  headline: string;
  lines: string[];
  steps: StepView[];
  final: boolean;
}

/** The words for what was seen, at the moment `now`. */
export function pageOf(sight: Sight, now: Date = new Date()): Page {
  const steps = sight.progress ? stepsOf(sight, sight.progress, now) : [];
  return { ...headlineOf(sight, steps, now), steps, final: isFinal(sight) };
}

type Headline = Pick<Page, 'state' | 'headline' | 'lines'>;

function headlineOf(sight: Sight, steps: StepView[], now: Date): Headline {
  const { progress, awaySince } = sight;
  if (!sight.found) return notFound(progress);
  if (awaySince) return serviceAway(awaySince, progress, now);
  if (!progress) return { state: 'waiting', headline: 'Looking for your greeting', lines: [] };
  if (progress.status !== 'RUNNING') return ending(progress);
  if (sight.back)
    return { state: 'paused', headline: 'Temporal Service is back', lines: ['Waiting for a Worker.'] };
  if (isPaused(sight, progress, now)) return noWorker(progress);
  return inProgress(progress, steps, now);
}

function notFound(progress: Progress | undefined): Headline {
  const headline = progress ? 'This greeting is gone' : 'There is no such greeting';
  const reason = progress
    ? 'The Temporal Service no longer knows it.'
    : 'The Temporal Service does not know this Workflow Id.';
  return { state: 'failed', headline, lines: [reason, 'Press Reset to start another.'] };
}

function serviceAway(awaySince: Date, progress: Progress | undefined, now: Date): Headline {
  const seconds = Math.floor((now.getTime() - awaySince.getTime()) / 1000);
  const since = `Since ${clock(awaySince)}, for ${seconds} s.`;
  const kept = progress ? 'Below is the last known state.' : 'Nothing is known of this greeting yet.';
  return {
    state: 'away',
    headline: 'Temporal Service away',
    lines: [`${since} ${kept}`, 'This page goes on by itself.'],
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
    ? 'The Timer runs on: the Temporal Service keeps the time.'
    : 'The greeting goes on as soon as a Worker polls.';
  return { state: 'paused', headline: 'No Worker is polling', lines: [line] };
}

function inProgress({ getIP, timer, pending, greeting }: Progress, steps: StepView[], now: Date): Headline {
  const current = steps.find(({ state }) => state === 'running' || state === 'retrying');
  const state = current?.state ?? 'running';
  const lines = [`Hold on, ${greeting.name}.`];
  if (pending?.failure) return { state, headline: attemptFailed(pending), lines: [pending.failure] };
  if (!getIP.completed) return { state, headline: 'Looking up your IP address', lines };
  if (!timer.completed) return { state, headline: `Sleeping: ${secondsLeft(timer.due, now)} s left`, lines };
  return { state, headline: 'Finding your location', lines };
}

function attemptFailed({ attempt, running }: PendingActivity): string {
  return running ? `Attempt ${attempt} is running` : `Attempt ${attempt - 1} failed`;
}

function stepsOf(sight: Sight, progress: Progress, now: Date): StepView[] {
  const { getIP, timer, getLocationInfo, greeting } = progress;
  const at = [getIP, timer, getLocationInfo].findIndex(({ completed }) => !completed);
  const current = currentState(sight, progress, now);
  const trying = attemptText(progress.pending, current, now);
  const steps = [
    { title: 'Look up your IP address', code: 'Activity getIP', done: getIP.result, now: trying },
    {
      title: `Sleep ${greeting.seconds} s`,
      code: 'Durable Timer',
      done: 'Timer fired',
      now: timerText(timer, sight, now),
    },
    {
      title: 'Find your location',
      code: 'Activity getLocationInfo',
      done: getLocationInfo.result,
      now: trying,
    },
  ];
  return steps.map(({ title, code, done = '', now }, index) => {
    if (at === -1 || index < at) return { title, code, state: 'done', text: done };
    if (index > at) return { title, code, state: 'waiting', text: '' };
    return { title, code, state: current, text: now };
  });
}

function timerText({ begun, due }: Progress['timer'], { progress, awaySince }: Sight, now: Date): string {
  if (!begun || progress?.status !== 'RUNNING') return '';
  const seconds = secondsLeft(due, now);
  if (!awaySince) return `${seconds} s left`;
  return seconds > 0 ? `due in ${seconds} s` : 'due; fires when the Temporal Service is back';
}

/** The state of the step that the greeting is at. */
function currentState(sight: Sight, progress: Progress, now: Date): State {
  if (progress.status !== 'RUNNING') return 'failed';
  if (sight.awaySince) return 'away';
  if (timerRuns(progress)) return 'running';
  if (isPaused(sight, progress, now)) return 'paused';
  return progress.pending?.failure ? 'retrying' : 'running';
}

/** While the Timer runs no Worker is needed: the Temporal Service keeps the time. */
function timerRuns({ timer }: Progress): boolean {
  return timer.begun && !timer.completed;
}

function isPaused({ workers }: Sight, { taskWaitingSince }: Progress, now: Date): boolean {
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
