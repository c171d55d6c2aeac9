// Builds the deck as a static site, for the audience: without the notes, for any file server and any path.
import { runSlidev } from './slidev.ts';

/** Writes slides/dist. @throws a user's error when it cannot be built */
export async function buildSlides(): Promise<void> {
  await runSlidev(['build', '--base', './', '--without-notes', '--out', 'dist']);
}
