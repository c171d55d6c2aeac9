// Takes a screenshot of every state of the releases, for people to look at: npm run releases:pictures [readme].
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { demoReleases } from '../../encores/releases/demo.ts';
import { needChromium } from '../../stage/doctor/find-chromium.ts';
import { launchChromium } from '../../stage/doctor/launch-chromium.ts';
import { ROOT } from '../../stage/settings.ts';
import { startKit } from '../support/kit.ts';
import { startRelease } from '../support/releases.ts';
import { PROJECTOR, photographer } from '../support/shoot.ts';

const executable = needChromium('to take pictures with');
const readmeOnly = process.argv[2] === 'readme';
const folder = readmeOnly ? join(ROOT, 'docs') : join(ROOT, '.stage', 'pictures');
mkdirSync(folder, { recursive: true });

const [kit, browser] = await Promise.all([
  startKit(['server', 'platform', 'releases', 'releases-page']),
  launchChromium(executable),
]);
const base = `http://127.0.0.1:${kit.ports.releases}`;
const page = await browser.newPage({ viewport: PROJECTOR });
const { see, shoot, shootOne } = photographer(page, folder);
try {
  await takeAll();
} finally {
  await browser.close();
  await kit.close();
}
console.log(`The pictures are in ${folder}`);

async function takeAll(): Promise<void> {
  await page.goto(`${base}/releases`);
  if (!readmeOnly) await shoot('releases-none');
  const started: string[] = [];
  for (const { plan } of demoReleases(true)) started.push(await startRelease(base, plan));
  const [landing = '', checkout = '', billing = ''] = started;
  await page.goto(checkout);
  await see('.card', 'completed');
  if (readmeOnly) {
    await see('.at-hand', 'deploying');
    return shootOne('releases.png');
  }
  await see('.at-hand', 'deploying');
  await shoot('release-deploying');
  await kit.kill('releases');
  await see('#standing', 'No Worker is polling.');
  await shoot('release-no-worker');
  await kit.start('releases');
  await page.goto(billing);
  await kit.kill('platform');
  await see('.at-hand', 'retrying');
  await shoot('release-retrying');
  await kit.start('platform');
  await page.getByText('Cancel release').click();
  await shoot('release-cancel');
  await page.getByText('Yes, cancel it').click();
  await see('#standing', 'Cancelling.');
  await shoot('release-cancelling');
  await kit.kill('server');
  await see('#standing', 'Service away.');
  await shoot('release-away');
  await kit.start('server');
  await see('.card[aria-current]', 'never started');
  await shoot('release-cancelled');
  await page.goto(checkout);
  await see('.card[aria-current]', 'failed');
  await page.getByText('Cancel release').waitFor({ state: 'detached' });
  await shoot('release-failed');
  await page.goto(landing);
  await shoot('release-completed');
  await page.goto(`${base}/releases`);
  await shoot('releases');
  await page.goto(`${base}/releases/nope`);
  await shoot('release-unknown');
}
