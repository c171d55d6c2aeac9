// Where the stage keeps what the presenter has said about the room.
import { join } from 'node:path';

/** The file that the app, the verbs and the claims share. */
export function roomPath(folder: string): string {
  return join(folder, 'room.json');
}
