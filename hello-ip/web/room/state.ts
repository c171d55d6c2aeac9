// What the presenter has said about the room, in a file: whether it is open, for how long its greetings sleep, and who is hidden.
import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

const schema = z.object({
  open: z.boolean().default(false),
  /** The one address to listen on; without it, all of this machine's. */
  address: z.string().optional(),
  /** Only greetings that were started since are on the wall. Milliseconds since 1970. */
  since: z.number().default(0),
  /** How long each greeting of the room sleeps. */
  seconds: z.number().default(10),
  /** Whether words that nobody wants on a projector are masked. */
  masked: z.boolean().default(true),
  namesHidden: z.boolean().default(false),
  /** The Workflow Ids whose names are hidden. */
  hidden: z.array(z.string()).default([]),
});

/** The state of the room. */
export type RoomState = z.infer<typeof schema>;

/** A closed room, before anybody has said anything. */
export const CLOSED: RoomState = schema.parse({});

/** A wall with nobody on it, from now on. */
export function newWall(): Partial<RoomState> {
  return { since: Date.now(), hidden: [], namesHidden: false };
}

/** The room's state, which the app, the wall's buttons and `npm run stage room` share. */
export interface RoomFile {
  read(): RoomState;
  change(part: Partial<RoomState>): RoomState;
}

/** Reads the file again only when it has changed. Without a file the room is closed, and stays so. */
export function roomFile(path = process.env.ROOM_FILE): RoomFile {
  let stamp = '';
  let state = CLOSED;

  function read(): RoomState {
    const stat = path && statSync(path, { throwIfNoEntry: false });
    if (!path || !stat) return CLOSED;
    const now = `${stat.mtimeMs} ${stat.size} ${stat.ino}`;
    if (now === stamp) return state;
    state = readState(path);
    stamp = now;
    return state;
  }

  function change(part: Partial<RoomState>): RoomState {
    if (!path) return CLOSED;
    const next = { ...read(), ...part };
    const draft = `${path}.${process.pid}`;
    writeFileSync(draft, JSON.stringify(next), { mode: 0o600 });
    renameSync(draft, path);
    return read();
  }

  return { read, change };
}

/** A file that somebody has spoilt, or has just removed, is a closed room. */
function readState(path: string): RoomState {
  try {
    return schema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return CLOSED;
  }
}
