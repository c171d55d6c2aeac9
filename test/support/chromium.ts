// What the tests in a real browser share: getting a greeting as a person would.
import type { Page } from 'playwright-core';

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
