// Everything that the wall says of the room, as of one moment: counts, one tile for each greeting, and the kills.
import type { Fault } from '../timeline/faults.ts';
import type { State } from '../vocabulary.ts';
import type { Door } from './addresses.ts';
import { countGuests, type Guest, type Sight } from './roster.ts';
import type { RoomState } from './state.ts';
import { drawWall, type WallTimeline } from './wall-timeline.ts';

/** Up to here a tile says the word of its state; then only its name; then neither. */
const WITH_WORDS = 30;
const WITH_NAMES = 60;
const MOST_TILES = 500;
const NEWEST_NAMES = 5;
/** So long a tile that has turned is bright. */
const FRESH_MS = 10_000;
const IS_BACK_MS = 10_000;
const HIDDEN = '•••';
/** Long enough to take out a phone and type a name. */
const NOBODY_MS = 60_000;

/** One greeting on the wall. */
export interface Tile {
  id: string;
  name: string;
  state: State;
  /** Greeted just now. */
  isFresh: boolean;
}

/** The wall at one moment. */
export interface WallView {
  headline: { state: State; words: string };
  counts: { greeted: number; inFlight: number; lost: number; invented: number };
  inFlightState: State;
  density: 'words' | 'names' | 'dots';
  tiles: Tile[];
  /** What may be wrong, and what helps; nothing while all is well. */
  hint: string;
  /** Only where tiles have no room for names. */
  newest: string[];
  door?: Door;
  namesHidden: boolean;
  drawing: string;
}

/** What it is made of. */
export interface WallFacts {
  sight: Sight;
  room: RoomState;
  door?: Door;
  faults: readonly Fault[];
  /** Periods without a Worker that nobody's fault explains, and when the Temporal Service was away. */
  seen: Pick<WallTimeline, 'noWorker' | 'serviceAway'>;
  mask(name: string): string;
}

/** Puts the facts into words and pictures. */
export function wallView(facts: WallFacts, now = Date.now()): WallView {
  const { sight, room, door, faults, seen } = facts;
  const { guests } = sight;
  const counts = { ...countGuests(guests), invented: guests.filter(({ isInvented }) => isInvented).length };
  const shown = guests.slice(-MOST_TILES);
  const inFlightState = stateInFlight(sight);
  const tiles = shown.map((guest) => tileOf(guest, inFlightState, facts, now));
  const density = densityFor(tiles.length);
  return {
    headline: headlineOf(facts, counts, now),
    counts,
    inFlightState,
    density,
    tiles,
    hint: hintOf(facts, now),
    newest: density === 'dots' ? tiles.slice(-NEWEST_NAMES).map(({ name }) => name) : [],
    door,
    namesHidden: room.namesHidden,
    drawing: drawWall({ now, guests, faults, ...seen }),
  };
}

/** From here it cannot be seen whether a network keeps phones apart; only that none comes. */
function hintOf({ sight, room, door }: WallFacts, now: number): string {
  const isWaiting = room.open && door !== undefined && sight.guests.length === 0;
  if (!isWaiting || now - room.since < NOBODY_MS) return '';
  return "Does this Wi-Fi keep devices apart? A phone's hotspot helps.";
}

function densityFor(tiles: number): WallView['density'] {
  if (tiles <= WITH_WORDS) return 'words';
  return tiles <= WITH_NAMES ? 'names' : 'dots';
}

function stateInFlight({ awaySince, workers }: Sight): State {
  if (awaySince !== undefined) return 'away';
  return workers === 0 ? 'paused' : 'running';
}

function tileOf(guest: Guest, inFlight: State, { room, mask }: WallFacts, now: number): Tile {
  const { id, status, endedAt = 0 } = guest;
  const isHidden = room.namesHidden || room.hidden.includes(id);
  return {
    id,
    name: isHidden ? HIDDEN : room.masked ? mask(guest.name) : guest.name,
    state: stateOf(status, inFlight),
    isFresh: status === 'COMPLETED' && now - endedAt < FRESH_MS,
  };
}

function stateOf(status: Guest['status'], inFlight: State): State {
  if (status === 'RUNNING') return inFlight;
  if (status === 'COMPLETED') return 'done';
  return status === 'CANCELLED' || status === 'TERMINATED' ? 'cancelled' : 'failed';
}

function headlineOf(
  { sight, room, faults }: WallFacts,
  { greeted, inFlight, lost }: WallView['counts'],
  now: number,
): WallView['headline'] {
  if (sight.awaySince !== undefined) return { state: 'away', words: 'Temporal Service away' };
  if (sight.workers === 0) return { state: 'paused', words: 'No Worker is polling' };
  if (lost > 0)
    return { state: 'failed', words: lost === 1 ? 'One greeting failed' : `${lost} greetings failed` };
  if (inFlight > 0 && isBack(faults, now)) return { state: 'done', words: 'The Worker is back' };
  if (inFlight > 0) return { state: 'running', words: 'The Worker is at work' };
  if (greeted > 0) return { state: 'done', words: 'Everybody is greeted' };
  return room.open
    ? { state: 'waiting', words: 'Who is here?' }
    : { state: 'waiting', words: 'The room is not open' };
}

function isBack(faults: readonly Fault[], now: number): boolean {
  return faults.some(({ hit, over }) => hit === 'worker' && over !== undefined && now - over < IS_BACK_MS);
}
