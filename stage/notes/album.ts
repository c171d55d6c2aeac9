// The pictures of a rehearsal as one HTML page that needs nothing else: what to show when a demo cannot be given.
import { join } from 'node:path';
import ejs from 'ejs';
import { ROOT } from '../settings.ts';

/** One picture, or where there is none, what the commands said. */
export interface Frame {
  drill: string;
  step: string;
  /** What it is a picture of: "the page". */
  what: string;
  said: string[];
  /** JPEG, as Base64. */
  picture?: string;
}

/** The page, for one rehearsal that was made at that time; it is turned with the arrow keys. */
export function albumOf(frames: Frame[], at: Date): Promise<string> {
  const when = `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return ejs.renderFile(join(ROOT, 'stage', 'notes', 'album.ejs'), { frames, when });
}
