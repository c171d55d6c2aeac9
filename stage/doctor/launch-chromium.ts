// Launches the Chromium or Chrome that is installed, for pictures and tests.
import type { Browser } from 'playwright-core';

/** A browser without a window, which talks to nobody but us. */
export async function launchChromium(executablePath: string): Promise<Browser> {
  const { chromium } = await import('playwright-core'); // takes 0.3 s to load
  const quiet = [
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ];
  // As root, in a container, Chromium's own sandbox is not available.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath, args: [...quiet, ...sandbox] });
}
