// Takes a screenshot of every state of the pipelines, for people to look at: npm run pipelines:pictures [readme].
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { needChromium } from '../../stage/doctor/find-chromium.ts';
import { launchChromium } from '../../stage/doctor/launch-chromium.ts';
import { ROOT } from '../../stage/settings.ts';
import { startKit } from '../support/kit.ts';
import { startPipelineOver } from '../support/pipelines.ts';
import { PROJECTOR, photographer } from '../support/shoot.ts';

const executable = needChromium('to take pictures with');
const readmeOnly = process.argv[2] === 'readme';
const folder = readmeOnly ? join(ROOT, 'docs') : join(ROOT, '.stage', 'pictures');
mkdirSync(folder, { recursive: true });

const [kit, browser] = await Promise.all([
  startKit(['server', 'platform', 'pipelines', 'pipelines-page']),
  launchChromium(executable),
]);
const base = `http://127.0.0.1:${kit.ports.pipelines}`;
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
  if (!readmeOnly) {
    await page.goto(base);
    await shoot('pipelines-none');
  }
  await page.goto(await startPipelineOver(base, 'pipeline_simple_v1'));
  await see('.at-hand', 'settle');
  await kit.kill('platform');
  await see('.at-hand', 'retrying');
  if (readmeOnly) return shootOne('pipelines.png');
  await shoot('pipeline-retrying');
  await kit.kill('pipelines');
  await see('#standing', 'No Worker is polling.');
  await shoot('pipeline-no-worker');
  await kit.start('pipelines');
  await kit.start('platform');
  await see('.label', 'svc-c');
  await shoot('pipeline-second-wave');
  await kit.kill('server');
  await see('#standing', 'Service away.');
  await shoot('pipeline-away');
  await kit.start('server');
  await see('#head', 'completed');
  await shoot('pipeline-completed');
  for (const name of ['parallel_v1', 'conditional_v1', 'loop_v1', 'loop_parallel_v1']) {
    await page.goto(await startPipelineOver(base, name, {}));
    await see('#head', 'completed');
    await shoot(`pipeline-${name}`);
  }
  const waves = [{ deployments: [{ app: 'svc-a', fails: true }, { app: 'svc-b' }] }];
  await page.goto(await startPipelineOver(base, 'pipeline_simple_v1', { waves }));
  await see('#head', 'failed');
  await page.locator('.label', { hasText: 'verify' }).first().click();
  await shoot('pipeline-failed');
  await page.goto(base);
  await shoot('pipelines');
  await page.goto(`${base}/definitions/pipeline_simple_v1`);
  await shoot('pipeline-definition');
}
