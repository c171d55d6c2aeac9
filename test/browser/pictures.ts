// Takes a screenshot of every state of the page, for people to look at: npm run app:pictures [readme].
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { CLOSED, roomFile } from '../../hello-ip/web/room/state.ts';
import { needChromium } from '../../stage/doctor/find-chromium.ts';
import { launchChromium } from '../../stage/doctor/launch-chromium.ts';
import { roomPath } from '../../stage/processes/room-path.ts';
import { invent } from '../../stage/room/invent.ts';
import { ROOT } from '../../stage/settings.ts';
import { greet as fillIn, seeHeadline } from '../support/chromium.ts';
import { createClient, type Kit, startKit } from '../support/kit.ts';

const LOOKS = [
  { name: 'light', viewport: { width: 1280, height: 720 }, colorScheme: 'light' },
  { name: 'dark', viewport: { width: 1280, height: 720 }, colorScheme: 'dark' },
  { name: 'phone-light', viewport: { width: 390, height: 844 }, colorScheme: 'light' },
  { name: 'phone-dark', viewport: { width: 390, height: 844 }, colorScheme: 'dark' },
] as const;

const executable = needChromium('to take pictures with');
const readmeOnly = process.argv[2] === 'readme';
const folder = readmeOnly ? join(ROOT, 'docs') : join(ROOT, '.stage', 'pictures');
mkdirSync(folder, { recursive: true });

const [kit, browser] = await Promise.all([startKit(), launchChromium(executable)]);
const client = createClient(kit.ports.server);
const page = await browser.newPage({ viewport: LOOKS[0].viewport });
try {
  await (readmeOnly ? takeReadmePicture() : takeAll(kit));
} finally {
  await client.connection.close();
  await browser.close();
  await kit.close();
}
console.log(`The pictures are in ${folder}`);

async function takeReadmePicture(): Promise<void> {
  await greet('Ziggy', 10);
  await see('Sleeping: 7 s left');
  await page.screenshot({ path: join(folder, 'greeting.png'), animations: 'disabled' });
  await takeWallPicture(kit);
}

/** Two thirds of the room are in flight when the Worker is killed. */
async function takeWallPicture({ url, folder: stageFolder, kill, start }: Kit): Promise<void> {
  const room = roomFile(roomPath(stageFolder));
  room.change({ ...CLOSED, open: true, since: Date.now(), seconds: 1 });
  await invent(client, room, { guests: 20, only: 'always' });
  room.change({ seconds: 40 });
  await invent(client, room, { guests: 40, only: 'always' });
  await kill('worker');
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.goto(`${url}/wall`);
  await page.getByRole('heading', { name: 'No Worker is polling' }).waitFor();
  await page.locator('.foot', { hasText: 'no Worker for 14 s' }).waitFor();
  await page.screenshot({ path: join(folder, 'wall.png'), animations: 'disabled' });
  await start('worker');
}

async function takeAll({ url, kill, start, ask }: Kit): Promise<void> {
  await page.goto(url);
  await shoot('form');
  await page.getByRole('button', { name: 'Get Greeting' }).click();
  await shoot('form-error');

  await greet('Ziggy', 6);
  await see('Sleeping');
  await shoot('timer');
  await see('Hello, Ziggy!');
  await shoot('greeting');

  await ask('network', { do: 'cut silently' });
  await greet('Ziggy', 1);
  await shoot('looking-up');
  await see('Attempt 1 failed');
  await shoot('attempt-failed');
  await see('Attempt 2 is running');
  await failForGood();
  await see('failed for good');
  await shoot('failed-for-good');
  await ask('network', { do: 'restore' });

  await greet('Bo', 2);
  await see('Sleeping');
  await ask('network', { do: 'cut silently' });
  await see('Finding your location');
  await shoot('locating');
  await client.workflow.getHandle(workflowId()).terminate('The presenter had enough');
  await see('Terminated');
  await shoot('terminated');
  await ask('network', { do: 'restore' });

  await greet('Ziggy', 3600);
  await see('Sleeping');
  await kill('worker');
  await see('No Worker is polling');
  await shoot('no-worker-timer');
  await kill('server');
  await see('Temporal Service away');
  await shoot('service-away');
  await start('server');
  await see('Temporal Service is back');
  await shoot('service-back');
  await kill('app');
  await page.locator('.lost').waitFor();
  await shoot('app-lost');
  await start('app');
  await start('worker');

  await page.goto(`${url}/greetings/greeting-nobody`);
  await shoot('unknown');
  await page.goto(url);
  await page.getByLabel('Enter your name').fill('Ziggy');
  await kill('server');
  await page.getByRole('button', { name: 'Get Greeting' }).click();
  await page.getByText('The Temporal Service is away.').waitFor();
  await shoot('form-service-away');
}

function greet(name: string, seconds: number): Promise<void> {
  return fillIn(page, kit.url, name, seconds);
}

function see(text: string): Promise<void> {
  return seeHeadline(page, text, 30_000);
}

async function shoot(name: string): Promise<void> {
  for (const look of LOOKS) {
    await page.emulateMedia({ colorScheme: look.colorScheme });
    await page.setViewportSize(look.viewport);
    await page.screenshot({ path: join(folder, `${name}-${look.name}.png`), animations: 'disabled' });
  }
  await page.setViewportSize(LOOKS[0].viewport);
}

function workflowId(): string {
  return page.url().split('/').at(-1) ?? '';
}

/** Does what a lookup service's answer does when asking again cannot help. */
async function failForGood(): Promise<void> {
  await client.workflowService.respondActivityTaskFailedById({
    namespace: 'default',
    workflowId: workflowId(),
    activityId: '1',
    failure: {
      message: 'ip-api.com has no location for 192.168.0.7: private range.',
      applicationFailureInfo: { nonRetryable: true },
    },
  });
}
