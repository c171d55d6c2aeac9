// The Chromium or Chrome that is installed on this machine; none is ever downloaded.
import { accessSync, constants } from 'node:fs';
import { userError } from '../../hello-ip/support/user-error.ts';

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** The path of a Chromium or Chrome: CHROMIUM if that is set, otherwise one of the usual places; undefined if there is none. */
export function findChromium(): string | undefined {
  const { CHROMIUM } = process.env;
  return (CHROMIUM ? [CHROMIUM] : PLACES).find(isExecutable);
}

/** The same, for what cannot go on without one, such as "to take pictures with". @throws a user error when there is none */
export function needChromium(purpose: string): string {
  const chromium = findChromium();
  if (chromium) return chromium;
  throw userError(
    `No Chromium was found ${purpose}. Install Chromium or Chrome, or set CHROMIUM to its path.`,
  );
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
