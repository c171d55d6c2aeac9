// The deck of the talk: npm run slides shows it, npm run slides:build and npm run slides:export build it for others.
import { readPort } from '../../hello-ip/support/settings.ts';
import { needChromium } from '../doctor/find-chromium.ts';
import { checkPorts } from '../processes/ports.ts';
import { buildSlides } from './build-slides.ts';
import { helpIfAsked } from './help.ts';
import { installSlides, readSlot, runSlidev } from './slidev.ts';

const PDF = 'build-invincible-apps.pdf';

helpIfAsked('npm run slides [30|45|60|encores], also slides:build and slides:export');
const [what, ...words] = process.argv.slice(2);
if (what === 'build') await build();
else if (what === 'export') await exportPdf();
else await show();

async function show(): Promise<void> {
  const slot = readSlot(what === undefined ? [] : [what, ...words], 'slides');
  await installSlides();
  const port = readPort('SLIDES_PORT', 3030);
  await checkPorts([{ variable: 'SLIDES_PORT', port }]);
  console.log(`Slides:    http://localhost:${port}`);
  console.log(`Presenter: http://localhost:${port}/#/presenter/1, with notes and clock, for your own screen`);
  console.log('Stop:      Ctrl-C\n');
  await runSlidev(['--port', String(port), '--log', 'error'], { slot });
}

async function build(): Promise<void> {
  await buildSlides({ slot: readSlot(words, 'slides:build') });
  console.log('The deck for the audience, without notes, is in slides/dist. Any file server can serve it.');
}

async function exportPdf(): Promise<void> {
  const slot = readSlot(words, 'slides:export');
  const chromium = needChromium('to print the slides with');
  await runSlidev(['export', '--executable-path', chromium, '--output', PDF], { slot });
  console.log(`The slides are in slides/${PDF}.`);
}
