// The deck as the room sees it: nothing too small, too faint or cut off in any click state; the kit's own code; offline.
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { factsOf } from '../../hello-ip/web/timeline/facts.ts';
import { timelineOf } from '../../hello-ip/web/timeline/timeline.ts';
import { buildSlides } from '../../stage/commands/build-slides.ts';
import { type DeckName, SLIDES } from '../../stage/commands/slidev.ts';
import { findChromium } from '../../stage/doctor/find-chromium.ts';
import { launchChromium } from '../../stage/doctor/launch-chromium.ts';
import type { KeptGreeting } from '../../stage/notes/histories.ts';
import { listDrills, listEncores } from '../../stage/notes/pages.ts';
import { SLOTS, type Slot } from '../../stage/notes/slots.ts';
import { ROOT } from '../../stage/settings.ts';
import { cleanUp, freePorts, leftOf, run } from '../support/harness.ts';
import { DIST, DIST_ENCORES, DIST_LIGHT, openDeck, type ServedDeck, serveDeck } from './deck.ts';
import { complaintsAbout, otherFonts } from './measure.ts';
import { importsOf, packageOfSlides, readSlides, regionOf, type SourceSlide } from './source.ts';

const executable = findChromium() ?? '';
const SLOT = '45';
const NOT_UP = 'The stage is not up: npm start';
/** Slidev builds what it shows at the first visit, beside whatever else the machine does. */
const PATIENCE_MS = 60_000;

let slides: SourceSlide[];
let allSlides: SourceSlide[];
let browser: Browser;
let encores: SourceSlide[];
let decks: Record<'dark' | 'light' | 'encores', ServedDeck>;

beforeAll(async () => {
  await buildSlides();
  await buildSlides({ theme: 'light' }, 'dist-light');
  await buildSlides({ slot: 'encores', theme: 'light' }, 'dist-encores');
  slides = await readSlides(SLOT);
  allSlides = await readSlides('60');
  encores = await readSlides('encores');
  decks = {
    dark: await serveDeck(DIST),
    light: await serveDeck(DIST_LIGHT),
    encores: await serveDeck(DIST_ENCORES),
  };
  browser = await launchChromium(executable);
});
afterAll(async () => {
  await browser?.close();
  for (const deck of Object.values(decks ?? {})) deck.close();
  for (const folder of [DIST_LIGHT, DIST_ENCORES]) rmSync(folder, { recursive: true, force: true });
  await cleanUp();
});

const isLocal = (url: string) => /^(http:\/\/(127\.0\.0\.1|localhost)[:/]|data:|blob:)/.test(url);
/** "3 / 5 / 5": one for each slot. */
function minutesOf({ note = '' }: SourceSlide, slot: DeckName): number {
  const each = /^Minutes: ([\d./ ]+)$/m.exec(note)?.[1]?.split(' / ') ?? [];
  return Number(each[SLOTS.findIndex((each) => each === slot)] ?? each[0]);
}

describe.each(['dark', 'light', 'encores'] as const)('%s, from a file server under a sub-path', (look) => {
  it('every slide can be read in every click state, in its own fonts, shows the code that it names, and requests nothing from outside', async () => {
    const { walk, requests, errors, context } = await openDeck(browser, decks[look].url);
    const written = look === 'encores' ? encores : slides;
    const complaints: string[] = [];
    const clicks = new Map<number, number>();
    await walk(async ({ slide, click, page }) => {
      clicks.set(slide, click);
      for (const measured of [complaintsAbout, otherFonts])
        for (const complaint of await page.evaluate(measured, slide))
          complaints.push(`slide ${slide}, click ${click}: ${complaint}`);
      const shown = await page.locator(`.slidev-page-${slide} pre.shiki`).allInnerTexts();
      for (const [index, code] of importsOf(written[slide - 1] as SourceSlide).entries())
        expect(plain(shown[index] ?? '')).toBe(plain(code));
    });
    await context.close();
    expect(complaints).toEqual([]);
    expect(errors).toEqual([]);
    expect(requests.filter((url) => !isLocal(url))).toEqual([]);
    expect(clicks.size).toBe(written.length);
    const marked = written.map(({ note = '' }) => note.match(/\[click\]/g)?.length ?? 0);
    expect([...clicks.values()]).toEqual(marked);
  });

  it('anything too small, too faint or cut off would be found', async () => {
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

  it('a mistyped region is found', () => {
    expect(() => regionOf('// #region one\ncode\n// #endregion one\n', 'won')).toThrow('no region "won"');
  });
});

describe('the speaker notes', () => {
  it('are on every slide, with words', () => {
    for (const { note = '' } of [...slides, ...encores]) expect(note.split(/\s+/).length).toBeGreaterThan(15);
  });

  it.each(SLOTS)('have minutes that fit the slot of %s, as the running order says', async (slot) => {
    const shown = await readSlides(slot);
    const minutes = shown.reduce((sum, slide) => sum + minutesOf(slide, slot), 0);
    expect(minutes).toBe(Number(slot) - runningOrder('to spare', slot));
    const demo3 = shown.findIndex(({ frontmatter }) => frontmatter.drill === 'worker-kill');
    const before = shown.slice(0, demo3).reduce((sum, slide) => sum + minutesOf(slide, slot), 0);
    const [, said = ''] = /^Be here by minute: (.*)$/m.exec(shown[demo3]?.note ?? '') ?? [];
    expect(said.split(' / ')[SLOTS.indexOf(slot)]).toBe(String(before));
  });

  it.each([...SLOTS, 'encores'] as const)(
    'take as long as their words, at 130 a minute, in %s',
    async (slot) => {
      const isTalk = ({ frontmatter }: SourceSlide) =>
        !['before', 'score'].includes(String(frontmatter.layout));
      for (const slide of (await readSlides(slot)).filter(isTalk)) {
        const said = (slide.note ?? '').replace(/^(Minutes|Stage|Run|Be here).*$/gm, '').split(/\s+/).length;
        expect(minutesOf(slide, slot) + 0.35).toBeGreaterThan(said / 130);
      }
    },
  );

  it('of the encores name their drills', () => {
    const named = encores.flatMap(({ note = '' }) => /^Run: npm run drill (.*)$/m.exec(note)?.[1] ?? []);
    expect(named.toSorted()).toEqual(listEncores().map(({ name }) => name));
  });

  it('name every drill, on the slide before it', async () => {
    const before = (await readSlides('60')).filter(({ frontmatter }) => frontmatter.layout === 'before');
    expect(before.map(({ frontmatter }) => frontmatter.drill)).toEqual(listDrills().map(({ name }) => name));
    for (const { frontmatter, note } of before)
      expect(note).toContain(`Run: npm run drill ${frontmatter.drill}\n`);
  });

  it('are not in what the audience gets', () => {
    const built = readdirSync(join(DIST, 'assets'), { recursive: true, encoding: 'utf8' });
    const texts = built
      .filter((file) => file.endsWith('.js'))
      .map((file) => readFileSync(join(DIST, 'assets', file), 'utf8'));
    expect(texts.join()).toContain('Killing the process does not kill');
    expect(texts.join()).not.toMatch(/Minutes: \d|you may keep the laptop/);
  });
});

it('the PDF has as many pages as the slot has slides', async () => {
  const program = await run('stage/commands/slides.ts', ['export', '30']);
  expect({ ...(await program.ended()), said: program.output() }).toMatchObject({ code: 0 });
  const { PDFDocument } = await packageOfSlides('pdf-lib');
  const pdf = await PDFDocument.load(readFileSync(join(SLIDES, 'build-invincible-apps.pdf')));
  expect(pdf.getPageCount()).toBe((await readSlides('30')).length);
});

it('without a Chromium there is no PDF, and the message says how to get one', async () => {
  const program = await run('stage/commands/slides.ts', ['export'], {
    env: { CHROMIUM: '/nowhere/chromium' },
  });
  expect((await program.ended()).code).toBe(1);
  expect(program.output()).toContain('Install Chromium or Chrome, or set CHROMIUM to its path.');
});

it('while presenting: the slide before a demo turns into the demo, the score counts what was really killed, and nobody else is asked', async () => {
  const ports = await freePorts();
  const env = { SLIDES_PORT: String((await freePorts()).APP_PORT) };
  const program = await run('stage/commands/slides.ts', [], { ports, env });
  const [, url = ''] = await program.untilSaid(/Slides: +(http:\S+)/);
  const [, presenterUrl = ''] = await program.untilSaid(/Presenter: +(http:\S+),/);
  const before = slides.findIndex(({ frontmatter }) => frontmatter.drill === 'worker-kill') + 1;
  const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
  page.setDefaultTimeout(PATIENCE_MS);
  const requests: string[] = [];
  const errors: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  const answers = () =>
    fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
  await expect.poll(answers, { timeout: PATIENCE_MS }).toBe(true);
  await page.goto(presenterUrl);
  await page.getByText('I am going to break things').waitFor();
  expect((await page.locator('body').innerText()).replace(/\s/g, '')).toContain(`${SLOT}:00`);
  await page.goto(`${url}/#/${before}`);
  const slide = page.locator(`.slidev-page-${before}`);
  await slide.getByText('What happens to the greeting?').waitFor();
  await slide.getByRole('button', { name: 'it resumes' }).click();
  await slide.getByText('your guess').waitFor();
  // The keys still move on, and the slide after the demo knows the guess.
  await page.keyboard.press('ArrowRight');
  await page
    .locator(`.slidev-page-${before + 1}`)
    .getByText('Nothing failed.')
    .waitFor();
  await page.keyboard.press('ArrowLeft');
  await slide.getByText('your guess').waitFor();

  const { folder } = program;
  const stage = await run('stage/commands/start.ts', ['venue'], { ports, env, folder });
  await stage.untilSaid('Ctrl-C stops all of it');
  const verb = async (...words: string[]) => {
    const order = await run('stage/commands/stage.ts', words, { ports, folder });
    expect({ ...(await order.ended()), said: order.output() }).toMatchObject({ code: 0 });
  };
  // The slide must have heard that nobody has been greeted, or the first greeting is not news to it.
  await page.waitForResponse(
    async (answer) => answer.url().endsWith('/live.json') && (await answer.text()) !== 'null',
  );
  await slide.getByText('What happens to the greeting?').waitFor();
  await verb('greet', 'Ziggy', '60');
  await slide.getByText(/Sleeping: \d+ s left/).waitFor();
  await verb('kill', 'worker');
  await slide.getByText('kill -9 Worker').waitFor();
  await slide.getByText('killed 1 · lost 0').waitFor();

  // The key k runs the next step, once backstage has allowed this browser.
  const pressK = async (digits?: string) => {
    if (digits) page.once('dialog', (dialog) => void dialog.accept(digits));
    await page.keyboard.press('k');
  };
  const backstage = await run('stage/commands/backstage.ts', [], { ports, folder, typed: true });
  const [, host = '', code = ''] = await backstage.untilSaid(/Backstage: (http:[^#]+)\/#(\S+)/);
  await pressK('0000');
  await page.getByText('Those are not the digits.').waitFor();
  await verb('start', 'worker');
  await pressK(await deckDigits(host, code));
  await page.getByText('Next step of worker-kill').waitFor();
  await verb('expect', 'timer running');
  await backstage.leave();
  await pressK();
  await page.getByText('Backstage does not answer.').waitFor();
  await stage.leave();
  await slide.getByText(NOT_UP).waitFor();
  await page.goto(`${url}/#/${before + 1}`);
  await page
    .locator(`.slidev-page-${before + 1}`)
    .getByText('Nothing failed.')
    .waitFor();
  await page.close();
  expect(requests.filter((asked) => !isLocal(asked))).toEqual([]);
  expect(errors).toEqual([]);
  await program.leave();
  expect(await leftOf(program)).toEqual([]);
});

describe('the recorded greetings', () => {
  const recorded = ({ name }: { name: string }): KeptGreeting =>
    JSON.parse(readFileSync(join(SLIDES, 'histories', `${name}.json`), 'utf8'));
  const drills = listDrills().filter(({ name }) => name !== 'teaser');

  it.each(drills)('$name: name and seconds are those of its drill, its slide and its history', (drill) => {
    const { events, workflowId } = recorded(drill);
    const greet = drill.steps.flatMap(({ commands }) => commands).find(({ verb }) => verb === 'greet');
    const [name = '', seconds] = greet?.words ?? [];
    expect(workflowId).toContain(name.toLowerCase());
    const timer = events.find((event) => event.timerStartedEventAttributes);
    expect(timer?.timerStartedEventAttributes?.startToFireTimeout).toBe(seconds && `${seconds}s`);
    const about = allSlides.find(
      ({ frontmatter }) => frontmatter.layout === 'before' && frontmatter.drill === drill.name,
    );
    for (const [, said] of (about?.content ?? '').matchAll(/(\d+) seconds/g)) expect(said).toBe(seconds);
  });

  it.each([
    [
      'worker-kill',
      /^survived 1 Worker kill and \d+ s without a Worker · getIP executed once$/,
      'fired, on time',
    ],
    [
      'service-kill',
      /^survived 1 Service kill and \d+ s without the Service/,
      'fired late: the Service was away',
    ],
    ['bug', /failed attempts · getIP executed once$/, 'fired, on time'],
    ['network-cut', /^survived \d+ s without a network and \d failed attempts/, 'fired, on time'],
  ])('%s: shows what its slide says', (name, survived, fired) => {
    const { events, seen, faults } = recorded({ name });
    const facts = factsOf(events);
    const timeline = facts && timelineOf({ facts, seen, faults });
    expect(timeline?.survived).toMatch(survived);
    expect(timeline?.lanes.find((lane) => lane.name === 'Timer')?.marks[0]?.words).toBe(fired);
  });
});

/** A cell of the running order in the notes. */
/** As the presenter's own screen does: by the code of the terminal, and the button of the page. */
async function deckDigits(host: string, code: string): Promise<string> {
  const headers = { 'content-type': 'application/json', 'x-backstage': '1', origin: host };
  const pair = await fetch(`${host}/pair`, { method: 'POST', headers, body: JSON.stringify({ code }) });
  const [cookie = ''] = pair.headers.get('set-cookie')?.split(';') ?? [];
  const answer = await fetch(`${host}/deck/digits`, {
    method: 'POST',
    headers: { ...headers, cookie },
    body: '{}',
  });
  return /\d{4}/.exec(await answer.text())?.[0] ?? '';
}

function runningOrder(part: string, slot: Slot): number {
  const notes = readFileSync(join(ROOT, 'presenter-notes', 'README.md'), 'utf8');
  const row = notes.split('\n').find((line) => line.startsWith(`| ${part} |`)) ?? '';
  return Number(row.split('|')[2 + SLOTS.indexOf(slot)]);
}

/** Without line breaks and indentation, which the page may change. */
function plain(code: string): string {
  return code.replace(/\s+/g, ' ').trim();
}
