import { findChromium } from '/work/main/stage/doctor/find-chromium.ts';
import { launchChromium } from '/work/main/stage/doctor/launch-chromium.ts';
const [url, file, w='1280', h='720', scheme='dark'] = process.argv.slice(2);
const browser = await launchChromium(findChromium() ?? '');
const page = await browser.newPage({ viewport: { width: Number(w), height: Number(h) }, colorScheme: scheme as 'dark' });
page.on('console', m => console.log('console', m.text()));
await page.goto(url!); await page.waitForTimeout(1500);
await page.screenshot({ path: file! }); await browser.close();
