// The deck of the talk: npm run slides shows it, npm run slides:build and npm run slides:export make it for others.
import { readPort } from '../hello-ip/settings.ts';
import { userError } from '../hello-ip/user-error.ts';
import { findChromium } from './chromium.ts';
import { checkPorts } from './ports.ts';
import { buildSlides } from './slides/build.ts';
import { installSlides, runSlidev } from './slides/slidev.ts';

const PDF = 'build-invincible-apps.pdf';

const [what] = process.argv.slice(2);
if (what === 'build') await build();
else if (what === 'export') await exportPdf();
else await show();

async function show(): Promise<void> {
  await installSlides();
  const port = readPort('SLIDES_PORT', 3030);
  await checkPorts([{ variable: 'SLIDES_PORT', port }]);
  console.log(`Slides:    http://localhost:${port}`);
  console.log(`Presenter: http://localhost:${port}/#/presenter/1, with notes and clock, for your own screen`);
  console.log('Stop:      Ctrl-C\n');
  await runSlidev(['--port', String(port), '--log', 'error']);
}

async function build(): Promise<void> {
  await buildSlides();
  console.log('The deck for the audience, without notes, is in slides/dist. Any file server can serve it.');
}

async function exportPdf(): Promise<void> {
  const chromium = findChromium();
  if (!chromium)
    throw userError(
      'There is no Chromium to print the slides with. Install Chromium or Chrome, or set CHROMIUM to its path.',
    );
  await runSlidev(['export', '--executable-path', chromium, '--output', PDF]);
  console.log(`The slides are in slides/${PDF}.`);
}
