// All slides in all click states as pictures, and on one contact sheet to look through: npm run slides:pictures [30|45|60].
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { userError } from '../../hello-ip/support/user-error.ts';
import { buildSlides } from '../../stage/commands/build-slides.ts';
import { readSlot, SLIDES } from '../../stage/commands/slidev.ts';
import { findChromium } from '../../stage/doctor/find-chromium.ts';
import { launchChromium } from '../../stage/doctor/launch-chromium.ts';
import { openDeck, serveDeck } from './deck.ts';

const FOLDER = join(SLIDES, 'pictures');

const executable = findChromium();
if (!executable)
  throw userError('There is no Chromium to take pictures with. Install one, or set CHROMIUM to its path.');
rmSync(FOLDER, { recursive: true, force: true });
mkdirSync(FOLDER, { recursive: true });
const browser = await launchChromium(executable);
const names: string[] = [];
const slot = readSlot(process.argv.slice(2), 'slides:pictures') ?? '60';
for (const theme of ['dark', 'light'] as const) {
  await buildSlides({ slot, theme }, `dist-${theme}`);
  const deck = await serveDeck(join(SLIDES, `dist-${theme}`));
  const { walk, context } = await openDeck(browser, deck.url);
  await walk(async ({ slide, click, page }) => {
    const name = `${theme}-${String(slide).padStart(2, '0')}-${click}.png`;
    await page.screenshot({ path: join(FOLDER, name) });
    names.push(name);
  });
  await context.close();
  deck.close();
  rmSync(join(SLIDES, `dist-${theme}`), { recursive: true });
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
console.log(`${names.length} pictures, and all of them on one page: slides/pictures/index.html`);
