// What a phone in the room says of its own greeting: the words of the page, and how the others are.
import { type Page, pageOf } from '../page.ts';
import type { Snapshot } from '../reader.ts';
import type { Fault } from '../timeline/faults.ts';
import { type TimelineView, timelineView, tryingOf } from '../timeline/view.ts';
import { countGuests, type Sight } from './roster.ts';

/** Everything that a phone shows. */
export interface PhoneView {
  page: Page;
  timeline?: TimelineView;
  /** How the room is, while nobody is greeted. */
  others?: { waiting: string; lost: string };
}

/** Puts it into words, as of `now`. */
export function phoneView(
  snapshot: Snapshot,
  sight: Sight,
  faults: readonly Fault[],
  now = new Date(),
): PhoneView {
  const page = pageOf(snapshot, now);
  const timeline = timelineView(snapshot, faults, tryingOf(page), now);
  const name = snapshot.progress?.greeting.name;
  if (page.state !== 'paused' || !name) return { page, timeline };
  const headline = 'No Worker is there. Yours waits.';
  const lines = [`${name}, nothing is lost. Put the phone away if you like.`];
  return { page: { ...page, headline, lines }, timeline, others: othersOf(sight) };
}

function othersOf({ guests }: Sight): PhoneView['others'] {
  const { inFlight, lost } = countGuests(guests);
  if (inFlight < 2) return undefined;
  const others = inFlight - 1;
  return { waiting: others === 1 ? '1 greeting' : `${others} greetings`, lost: `${lost} lost.` };
}
