// Builds the deck as a static site, for the audience: without the notes, for any file server and any path.
import { type Deck, runSlidev } from './slidev.ts';

/** Writes slides/dist, or another folder there. @throws a user error when it cannot be built */
export async function buildSlides(deck: Deck = {}, out = 'dist'): Promise<void> {
  await runSlidev(['build', '--base', './', '--without-notes', '--out', out], deck);
}
