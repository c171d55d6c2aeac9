// Follows the greetings of all phones with a fixed number of looks a second, so that a full room costs what a small one does.
import { isFinal, type Reader, type Snapshot } from '../reader.ts';
import type { Roster, Sight } from './roster.ts';

const TURN_MS = 250;
const LOOKS_PER_TURN = 8;
/** What is shown between two looks moves on with the clock alone. */
const LOOK_AGAIN_MS = 2000;
/** The seconds on the page. */
const TELL_AGAIN_MS = 1000;

/** Told of a phone's own greeting, with what is known of the whole room. */
export type PhoneListener = (snapshot: Snapshot, sight: Sight) => void;

interface Followed {
  snapshot: Snapshot;
  lookedAt: number;
  toldAt: number;
  listeners: Set<PhoneListener>;
}

/** The greetings that phones follow. */
export interface Phones {
  look(id: string): Promise<{ snapshot: Snapshot; sight: Sight }>;
  follow(id: string, listener: PhoneListener): () => void;
}

/** All of it on one reader and one roster. */
export function createPhones(reader: Pick<Reader, 'look'>, roster: Roster): Phones {
  const followed = new Map<string, Followed>();
  let sight: Sight = { at: 0, guests: [] };
  let statusOf = new Map<string, string>();
  let turns: NodeJS.Timeout | undefined;
  let unfollowRoom = () => {};

  /** First those that have ended meanwhile, then those that have not been looked at for longest. */
  function whoseTurn(): string[] {
    if (sight.awaySince) return [];
    const hasEnded = (id: string) => (statusOf.get(id) ?? 'RUNNING') !== 'RUNNING';
    return [...followed]
      .filter(([, { snapshot }]) => !isFinal(snapshot))
      .filter(([id, { lookedAt }]) => hasEnded(id) || Date.now() - lookedAt > LOOK_AGAIN_MS)
      .toSorted(
        ([a, one], [b, other]) => Number(hasEnded(b)) - Number(hasEnded(a)) || one.lookedAt - other.lookedAt,
      )
      .slice(0, LOOKS_PER_TURN)
      .map(([id]) => id);
  }

  async function lookAt(id: string): Promise<void> {
    const entry = followed.get(id);
    if (!entry) return;
    entry.lookedAt = Date.now();
    entry.snapshot = await reader.look(id);
    entry.toldAt = 0;
  }

  function tell(entry: Followed): void {
    if (Date.now() - entry.toldAt < TELL_AGAIN_MS) return;
    entry.toldAt = Date.now();
    for (const listener of entry.listeners) listener(withRoom(entry.snapshot, sight), sight);
  }

  async function turn(): Promise<void> {
    await Promise.all(whoseTurn().map(lookAt));
    for (const entry of followed.values()) tell(entry);
    turns = followed.size > 0 ? setTimeout(() => void turn(), TURN_MS) : undefined;
    if (!turns) unfollowRoom();
  }

  function begin(): void {
    unfollowRoom = roster.follow((seen) => {
      const isNews = Boolean(seen.workers) !== Boolean(sight.workers) || seen.awaySince !== sight.awaySince;
      if (isNews) for (const entry of followed.values()) entry.toldAt = 0;
      sight = seen;
      statusOf = new Map(seen.guests.map(({ id, status }) => [id, status]));
    });
    turns = setTimeout(() => void turn(), 0);
  }

  return {
    async look(id) {
      const [snapshot, seen] = await Promise.all([reader.look(id), roster.look()]);
      return { snapshot: withRoom(snapshot, seen), sight: seen };
    },
    follow(id, listener) {
      const entry = followed.get(id) ?? {
        snapshot: { workflowId: id, found: true, back: false },
        lookedAt: 0,
        toldAt: 0,
        listeners: new Set(),
      };
      followed.set(id, entry);
      entry.listeners.add(listener);
      if (!turns) begin();
      return () => {
        entry.listeners.delete(listener);
        if (entry.listeners.size === 0) followed.delete(id);
      };
    },
  };
}

/** The list is newer than the last look at this one greeting. */
function withRoom(snapshot: Snapshot, { workers, awaySince }: Sight): Snapshot {
  if (isFinal(snapshot)) return snapshot;
  return {
    ...snapshot,
    workers: workers ?? snapshot.workers,
    awaySince: awaySince === undefined ? undefined : new Date(awaySince),
  };
}
