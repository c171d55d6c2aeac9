// What the tests in a real browser share: how it is launched, and how a person gets a greeting in it.
import { type Browser, chromium, type Page } from 'playwright-core';

/** A browser that talks to nobody but us. */
export function launchChromium(executablePath: string): Promise<Browser> {
  const quiet = [
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ];
  // As root, in a container, Chromium's own sandbox cannot be had.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath, args: [...quiet, ...sandbox] });
}

/** Fills in the form as a person does, and waits for the page of the greeting. */
export async function greet(page: Page, url: string, name: string, seconds: number): Promise<void> {
  await page.goto(url);
  await page.getByLabel('Enter your name').fill(name);
  await page.getByText('Show Demo Options').click();
  await page.getByLabel('Number of Seconds').fill(String(seconds));
  await page.getByRole('button', { name: 'Get Greeting' }).click();
  await page.waitForURL('**/greetings/*');
}

/** Waits until the page's headline has this text. */
export async function seeHeadline(page: Page, text: string, timeout = 15_000): Promise<void> {
  await page.locator('#progress h1').filter({ hasText: text }).waitFor({ timeout });
}
