// The timeline of a greeting as its page shows it: drawn for the projector, and its first lane alone for a phone.
import type { Page } from '../page.ts';
import type { Snapshot } from '../reader.ts';
import { drawTimeline, PAGE_SIZE } from './draw.ts';
import { type Facts, factsOf } from './facts.ts';
import type { Fault } from './faults.ts';
import { lastOf, type PendingWords, timelineOf } from './timeline.ts';

/** The whole page must fit on a projector. */
const LOWER = { ...PAGE_SIZE, laneHeight: 36, barHeight: 27 };
const PHONE = {
  ...PAGE_SIZE,
  id: 'phone',
  width: 360,
  laneHeight: 44,
  barHeight: 24,
  fontSize: 17,
  only: 'Worker',
};

/** Two drawings, and the sentence on what the greeting has survived. */
export interface TimelineView {
  drawing: string;
  phone: string;
  survived?: string;
}

/** None before there is a history. The time moves on once a second, so that a page gets one drawing a second. */
export function timelineView(
  snapshot: Snapshot,
  faults: readonly Fault[],
  pending: PendingWords | undefined,
  now: Date,
): TimelineView | undefined {
  const facts = factsOf(snapshot.events ?? []);
  if (!facts) return undefined;
  const timeline = timelineOf({ facts, seen: snapshot.seen, faults, pending, now: wholeSeconds(facts, now) });
  const { survived } = timeline;
  const size = timeline.lanes.length > 5 ? LOWER : PAGE_SIZE;
  return { drawing: drawTimeline(timeline, size), phone: drawTimeline(timeline, PHONE), survived };
}

/** The Activity that is being retried, and what its step says. */
export function tryingOf({ steps }: Page): PendingWords | undefined {
  const step = steps.find(({ code, text }) => code.startsWith('Activity ') && text.startsWith('attempt '));
  return step && { activity: step.code.replace('Activity ', ''), words: step.text };
}

/** Ticks with the headline: while the Timer runs, its seconds left are whole; else those since the start are. */
function wholeSeconds(facts: Facts, now: Date): number {
  const { start, timer } = facts;
  const sleeps = timer && timer.fired === undefined && timer.due > now.getTime();
  if (sleeps)
    return Math.max(timer.started, timer.due - Math.ceil((timer.due - now.getTime()) / 1000) * 1000);
  return Math.max(lastOf(facts), start + Math.floor((now.getTime() - start) / 1000) * 1000);
}
