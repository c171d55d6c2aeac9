// Starts the web app on its port; it may be started before the Temporal Service.
import { createServer } from 'node:http';
import { createClient } from '../support/connection.ts';
import { readProfile } from '../support/profile.ts';
import { readPort } from '../support/settings.ts';
import { createApp } from './app.ts';
import { appUrl, listenHost } from './hosts.ts';
import { readPublicNames } from './public-names.ts';
import { webUiAddress } from './web-ui.ts';

const host = listenHost();
const port = readPort('APP_PORT', 8000);

const service = readProfile();
const app = createApp({
  client: createClient(service),
  webUi: webUiAddress(service.connectionOptions.address),
  host,
  publicNames: readPublicNames(),
  notice: process.env.APP_NOTICE,
  port,
});
const server = createServer(app);

server.on('error', ({ code }: NodeJS.ErrnoException) => {
  const taken = `Port ${port} is taken. Free it, or choose another: APP_PORT=${port + 10} npm run app`;
  const other = `The app cannot listen on ${host}:${port} (${code}). Unset APP_HOST to listen on this machine only.`;
  console.error(code === 'EADDRINUSE' ? taken : other);
  process.exit(1);
});
server.listen(port, host, () => console.log(`App ready: ${appUrl(host, port)}, pid ${process.pid}.`));

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(0));
