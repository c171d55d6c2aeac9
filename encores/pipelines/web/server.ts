// Starts the page and the API of the pipelines on their port, for this machine only; it may be started before the Temporal Service.
import { createServer } from 'node:http';
import { createClient } from '../../../hello-ip/support/connection.ts';
import { readProfile } from '../../../hello-ip/support/profile.ts';
import { readPort } from '../../../hello-ip/support/settings.ts';
import { webUiAddress } from '../../../hello-ip/web/web-ui.ts';
import { openRegistry } from '../registry.ts';
import { createApp } from './app.ts';
import { createTokens } from './token.ts';

const HOST = '127.0.0.1';
const port = readPort('PIPELINES_PORT', 8011);
const service = readProfile();
const app = createApp({
  client: createClient(service),
  webUi: webUiAddress(service.connectionOptions.address),
  registry: openRegistry(),
  tokens: createTokens(process.env),
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

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(0));
