// Rehearsals that go wrong: a claim that does not hold, which takes its 15 s, a command that fails, a stage that is broken, one left in the middle; and one that keeps pictures.
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { findChromium } from '../../stage/doctor/find-chromium.ts';
import { launchChromium } from '../../stage/doctor/launch-chromium.ts';
import { cleanUp, leftOf, newFolder, run } from '../support/harness.ts';
import { type Notes, rehearseFailing, reportOf, startNotes } from '../support/notes.ts';

const INTERRUPTED = 130;

let notes: Notes;
beforeAll(async () => {
  notes = await startNotes();
});
afterAll(cleanUp);

it('says which claim failed, mends the stage, goes on with the next drill, and exits with 1', async () => {
  const said = await rehearseFailing(
    notes,
    'npm run stage kill worker\n$1\nnpm run stage expect timer fired',
  );
  expect(said).toMatch(/^✘ {2}success +timer fired .*still false after 15 s: timer fired last seen: /m);
  expect(reportOf(notes)).toContain('| ✘ timer fired | ✘ still false after 15 s');
});

it.skipIf(!findChromium())(
  'keeps pictures on one page, which is turned with the keys, offline, from anywhere',
  async () => {
    const rehearsal = await notes.rehearse('pictures', 'success');
    expect({ ...(await rehearsal.ended()), said: rehearsal.output() }).toMatchObject({ code: 0 });
    const stick = join(newFolder(), 'pictures.html');
    copyFileSync(join(notes.stage.folder, 'pictures.html'), stick);
    const browser = await launchChromium(findChromium() ?? '');
    const page = await (await browser.newContext({ offline: true })).newPage();
    const caption = () => page.locator('figure:visible').innerText();
    const width = () =>
      page.locator('figure:visible img').evaluate((img) => (img as HTMLImageElement).naturalWidth);
    await page.goto(pathToFileURL(stick).href);
    expect(await caption()).toMatch(/Demo 1: .* · 2\. .* · the page \(1 of 4,/);
    expect(await width()).toBe(1920);
    await page.keyboard.press('ArrowLeft'); // there is none before the first
    await page.keyboard.press('PageDown');
    expect(await caption()).toMatch(/2\. .* · the Web UI \(2 of 4,/);
    await page.keyboard.press('End');
    await page.reload();
    expect(await caption()).toMatch(/ · the Web UI \(4 of 4,/);
    await browser.close();
  },
);

it('ends with Ctrl-C in the middle, the stage that it brought up too, and the bug out', async () => {
  const rehearsal = await run('stage/commands/rehearse.ts', ['all', 'bug'], { root: notes.root });
  await rehearsal.untilSaid('bug in: ');
  expect((await rehearsal.leave('SIGINT')).code).toBe(INTERRUPTED);
  expect(readFileSync(join(notes.root, 'hello-ip', 'activities.ts'), 'utf8')).toContain(
    '`http://ip-api.com/json/',
  );
  expect(await leftOf(rehearsal)).toEqual([]);
});

it('says which command failed, mends the stage, goes on with the next drill, and exits with 1', async () => {
  const said = await rehearseFailing(notes, 'npm run stage kill worker\nnpm run stage kill worker\n$1');
  expect(said).toMatch(/^✘ {2}success +kill worker .*The worker is not running/m);
  expect(reportOf(notes)).toContain('| ✘ kill worker | The worker is not running');
  expect(reportOf(notes)).toMatch(/\| ✔ timer fired \| greeting-ziggy-\w+: Timer Fired \(event \d+/);
});

it('refuses a stage that somebody else has broken, and leaves it as it is', async () => {
  await Promise.all([notes.say('break', 'geolocation'), notes.say('freeze', 'app')]);
  onTestFinished(async () => void (await notes.say('reset')));
  const rehearsal = await notes.rehearse('success');
  expect((await rehearsal.ended()).code).toBe(1);
  expect(rehearsal.output()).toBe(
    [
      'The app is frozen. Thaw it: npm run stage thaw app\n',
      'The bug is in. Take it out: npm run stage fix geolocation\n',
    ].join(''),
  );
  const said = await notes.say('status');
  expect(said).toMatch(/^bug +in/m);
  expect(said).toMatch(/^app +frozen/m);
});
