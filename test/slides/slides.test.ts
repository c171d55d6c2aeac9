// The deck as the room sees it: nothing too small, too faint or cut off in any click state; the kit's own code; offline.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium } from '../../stage/chromium.ts';
import { listDrills } from '../../stage/notes/pages.ts';
import { buildSlides } from '../../stage/slides/build.ts';
import { SLIDES } from '../../stage/slides/slidev.ts';
import { launchChromium } from '../browser/chromium.ts';
import { cleanUp, freePorts, leftOf, run } from '../stage/harness.ts';
import { DIST, openDeck, type ServedDeck, serveDeck } from './deck.ts';
import { complaintsAbout } from './measure.ts';
import { importsOf, packageOfSlides, readSlides, regionOf, type SourceSlide } from './source.ts';

const executable = findChromium() ?? '';
const SLOT_MINUTES = 45;
const STILL = 'a still picture; the app is not running';

let slides: SourceSlide[];
let browser: Browser;
let deck: ServedDeck;

beforeAll(async () => {
  await buildSlides();
  slides = await readSlides();
  deck = await serveDeck();
  browser = await launchChromium(executable);
});
afterAll(async () => {
  await browser?.close();
  deck?.close();
  await cleanUp();
});

const isLocal = (url: string) => /^(http:\/\/(127\.0\.0\.1|localhost)[:/]|data:|blob:)/.test(url);
const minutesOf = ({ note = '' }: SourceSlide) => Number(/^Minutes: ([\d.]+)$/m.exec(note)?.[1]);

describe.each(['light', 'dark'] as const)('in %s, from a file server under a sub-path', (look) => {
  it('every slide can be read in every click state, shows the code that it names, and asks nobody outside', async () => {
    const { walk, requests, context } = await openDeck(browser, deck.url, look);
    const complaints: string[] = [];
    const clicks = new Map<number, number>();
    await walk(async ({ slide, click, page }) => {
      clicks.set(slide, click);
      for (const complaint of await page.evaluate(complaintsAbout, slide))
        complaints.push(`slide ${slide}, click ${click}: ${complaint}`);
      const shown = await page.locator(`.slidev-page-${slide} pre.shiki`).allInnerTexts();
      for (const [index, code] of importsOf(slides[slide - 1] as SourceSlide).entries())
        expect(plain(shown[index] ?? '')).toBe(plain(code));
    });
    await context.close();
    expect(complaints).toEqual([]);
    expect(requests.filter((url) => !isLocal(url))).toEqual([]);
    expect(clicks.size).toBe(slides.length);
    const marked = slides.map(({ note = '' }) => note.match(/\[click\]/g)?.length ?? 0);
    expect([...clicks.values()]).toEqual(marked);
  });

  it('what is too small, too faint or cut off would be found', async () => {
    const page = await browser.newPage();
    await page.setContent(`<div class="slidev-page-1" style="position:relative;width:600px;height:300px;padding:20px;font-size:30px">
      <p style="color:#aaa">faint</p><p style="font-size:18px">small</p>
      <p style="position:absolute;left:610px">cut off</p>
      <pre style="height:20px;overflow:hidden">one<br>two<br>three</pre></div>`);
    const found = (await page.evaluate(complaintsAbout, 1)).join('\n');
    await page.close();
    for (const part of [
      '"faint" has a contrast of 2.3:1',
      '"small" is 18 px small',
      '"cut off" is outside',
      '<pre',
    ])
      expect(found).toContain(part);
  });
});

describe('the code on the slides', () => {
  it('is imported from the app, and never copied', () => {
    const imported = slides.flatMap(({ content }) => content.match(/^<<< \.\.\/hello-ip\/\S+/gm) ?? []);
    for (const file of ['workflow.ts', 'activities.ts', 'worker.ts', 'stage-tuning.ts'])
      expect(imported.some((line) => line.includes(file))).toBe(true);
    expect(slides.flatMap(importsOf).every((code) => code.length > 0)).toBe(true);
  });

  it('a region that is mistyped is found', () => {
    expect(() => regionOf('// #region one\ncode\n// #endregion one\n', 'won')).toThrow('no region "won"');
  });
});

describe('the speaker notes', () => {
  it('are on every slide, with words and minutes that fit the slot', () => {
    for (const { note = '' } of slides) expect(note.split(/\s+/).length).toBeGreaterThan(15);
    const minutes = slides.map(minutesOf).reduce((sum, number) => sum + number, 0);
    expect(minutes).toBeLessThanOrEqual(SLOT_MINUTES);
    expect(minutes).toBeGreaterThan(SLOT_MINUTES - 5);
  });

  it('name every drill, on the slide before it', () => {
    const before = slides.filter(({ frontmatter }) => frontmatter.layout === 'before');
    expect(before.map(({ frontmatter }) => frontmatter.drill)).toEqual(listDrills().map(({ name }) => name));
    for (const { frontmatter, note } of before)
      expect(note).toContain(`Run: npm run drill ${frontmatter.drill}\n`);
  });

  it('are not in what the audience gets', () => {
    const built = readdirSync(join(DIST, 'assets'), { recursive: true, encoding: 'utf8' });
    const texts = built
      .filter((file) => file.endsWith('.js'))
      .map((file) => readFileSync(join(DIST, 'assets', file), 'utf8'));
    expect(texts.join()).toContain('What would you kill?');
    expect(texts.join()).not.toMatch(/Minutes: \d|you may keep the laptop/);
  });
});

it('the PDF has as many pages as there are slides', async () => {
  const program = await run('stage/slides.ts', ['export']);
  expect({ ...(await program.ended()), said: program.output() }).toMatchObject({ code: 0 });
  const { PDFDocument } = await packageOfSlides('pdf-lib');
  const pdf = await PDFDocument.load(readFileSync(join(SLIDES, 'build-invincible-apps.pdf')));
  expect(pdf.getPageCount()).toBe(slides.length);
});

it('without a Chromium there is no PDF, and it is said how to get one', async () => {
  const program = await run('stage/slides.ts', ['export'], { env: { CHROMIUM: '/nowhere/chromium' } });
  expect((await program.ended()).code).toBe(1);
  expect(program.output()).toContain('Install Chromium or Chrome, or set CHROMIUM to its path.');
});

it('while presenting: the live slide shows the app, asks nobody else, and a still picture without one', async () => {
  const ports = await freePorts();
  const env = { SLIDES_PORT: String((await freePorts()).APP_PORT) };
  const program = await run('stage/slides.ts', [], { ports, env });
  const [, url = ''] = await program.untilSaid(/Slides: +(http:\S+)/);
  const [, presenterUrl = ''] = await program.untilSaid(/Presenter: +(http:\S+),/);
  const live = slides.findIndex(({ content }) => content.includes('<Live />')) + 1;
  const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  await expect
    .poll(
      () =>
        fetch(url).then(
          ({ ok }) => ok,
          () => false,
        ),
      { timeout: 30_000 },
    )
    .toBe(true);
  await page.goto(presenterUrl);
  await page.getByText('I am going to break things').waitFor({ timeout: 30_000 });
  expect((await page.locator('body').innerText()).replace(/\s/g, '')).toContain(`${SLOT_MINUTES}:00`);
  await page.goto(`${url}/#/${live}`);
  await page.getByText(STILL).waitFor({ timeout: 30_000 });
  const stage = await run('stage/start.ts', ['venue'], { ports, env, folder: program.folder });
  await stage.untilSaid('Ctrl-C stops all of it');
  const greet = await run('stage/stage.ts', ['greet', 'Ziggy', '60'], { ports, folder: program.folder });
  await greet.ended();
  await page.getByText(/^live: greeting-ziggy-/).waitFor();
  await page.getByText(/Sleeping: \d+ s left/).waitFor();
  await stage.leave();
  await page.getByText(STILL).waitFor();
  await page.close();
  expect(requests.filter((asked) => !isLocal(asked))).toEqual([]);
  expect(requests.some((asked) => asked.includes(`:${ports.CONTROL_PORT}`))).toBe(false);
  await program.leave();
  expect(await leftOf(program)).toEqual([]);
});

/** Without line breaks and indentation, which the page may set anew. */
function plain(code: string): string {
  return code.replace(/\s+/g, ' ').trim();
}
