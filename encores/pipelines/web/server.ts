// Starts the page and the API of the pipelines on their port, for this machine only; it may be started before the Temporal Service.
import { createServer } from 'node:http';
import { resolve } from 'node:path';
import { createClient } from '../../../hello-ip/support/connection.ts';
import { readProfile } from '../../../hello-ip/support/profile.ts';
import { runWorker } from '../../../hello-ip/support/run-worker.ts';
import { readPort } from '../../../hello-ip/support/settings.ts';
import { webUiAddress } from '../../../hello-ip/web/web-ui.ts';
import type { Database } from '../history/database.ts';
import { openHistory } from '../history/history.ts';
import { areInstalled, INSTALL } from '../history/packages.ts';
import { createRecorder } from '../history/recorder.ts';
import { openRegistry } from '../registry.ts';
import { HISTORY_QUEUE } from '../task-queue.ts';
import { createApp } from './app.ts';
import { historyRoutes } from './history-routes.ts';
import { createTokens } from './token.ts';

const HOST = '127.0.0.1';
/** An Activity of the history is idle most of the time, and there is one for each run that is under way. */
const manyAtOnce = { maxConcurrentActivityTaskExecutions: 2000 };
const port = readPort('PIPELINES_PORT', 8011);
const service = readProfile();
const client = createClient(service);
// Opening it holds up everything else in this process, so it comes first.
const history = await historyIfInstalled();
const app = createApp({
  client,
  webUi: webUiAddress(service.connectionOptions.address),
  registry: openRegistry(),
  tokens: createTokens(process.env),
  routes: history && historyRoutes(client, history),
});
const server = createServer(app);

server.on('error', ({ code }: NodeJS.ErrnoException) => {
  const fix = `Free it, or choose another: PIPELINES_PORT=${port + 10} npm run pipelines:page`;
  console.error(
    code === 'EADDRINUSE' ? `Port ${port} is taken. ${fix}` : `The page cannot listen (${code}).`,
  );
  process.exit(1);
});
server.listen(port, HOST, () => console.log(`Pipelines ready: http://${HOST}:${port}, pid ${process.pid}.`));

if (history)
  // It may come up before the Temporal Service, and stays when that is killed.
  runWorker({ taskQueue: HISTORY_QUEUE, activities: createRecorder(client, history), ...manyAtOnce }).catch(
    (error) => console.error('History:', error),
  );

async function historyIfInstalled(): Promise<Database | undefined> {
  if (areInstalled()) return openHistory(resolve(process.env.STAGE_FOLDER || '.stage'));
  console.log(`No history is kept, because it is not installed. Install it: ${INSTALL}`);
  return undefined;
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(0));
