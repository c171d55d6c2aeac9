// Gives a stage folder the bundles that the global setup has made, so that not every stage of every test makes them again.
import { cpSync } from 'node:fs';

/** The variable that holds the folder of the bundles. */
export const BUNDLES = 'TEST_BUNDLES';

/** Copies them, if there was a global setup; a stage that runs other sources makes its own all the same. */
export function giveBundles(folder: string): void {
  const from = process.env[BUNDLES];
  if (from) cpSync(from, folder, { recursive: true });
}
