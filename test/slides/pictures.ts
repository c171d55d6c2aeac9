// All slides in all click states as pictures, and as one contact sheet to look over: npm run slides:pictures.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { userError } from '../../hello-ip/user-error.ts';
import { findChromium } from '../../stage/chromium.ts';
import { ROOT } from '../../stage/settings.ts';
import { buildSlides } from '../../stage/slides/build.ts';
import { launchChromium } from '../browser/chromium.ts';
import { openDeck, serveDeck } from './deck.ts';

const FOLDER = join(ROOT, 'slides', 'pictures');

const executable = findChromium();
if (!executable)
  throw userError('There is no Chromium to take pictures with. Install one, or set CHROMIUM to its path.');
await buildSlides();
rmSync(FOLDER, { recursive: true, force: true });
mkdirSync(FOLDER, { recursive: true });
const deck = await serveDeck();
const browser = await launchChromium(executable);
const names: string[] = [];
for (const look of ['light', 'dark'] as const) {
  const { walk, context } = await openDeck(browser, deck.url, look);
  await walk(async ({ slide, click, page }) => {
    const name = `${look}-${String(slide).padStart(2, '0')}-${click}.png`;
    await page.screenshot({ path: join(FOLDER, name) });
    names.push(name);
  });
  await context.close();
}
const figures = names
  .map((name) => `<figure><img src="${name}"><figcaption>${name}</figcaption></figure>`)
  .join('\n');
const style =
  'body{display:grid;grid-template-columns:repeat(4,1fr);gap:12px;font:14px sans-serif}figure{margin:0}img{width:100%}';
writeFileSync(
  join(FOLDER, 'index.html'),
  `<!doctype html><title>All slides</title><style>${style}</style>${figures}`,
);
await browser.close();
deck.close();
console.log(`${names.length} pictures, and all of them on one page: slides/pictures/index.html`);
