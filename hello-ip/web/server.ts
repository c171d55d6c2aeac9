// Starts the web app on its port; it may be started before the Temporal Service.
import { createServer } from 'node:http';
import { createClient } from '../client.ts';
import { connectionOptions } from '../profile.ts';
import { readPort } from '../settings.ts';
import { userError } from '../user-error.ts';
import { createApp } from './app.ts';
import { webUiAddress } from './web-ui.ts';

const host = process.env.APP_HOST || '127.0.0.1';
const port = readPort('APP_PORT', 8000);

const app = createApp({
  client: createClient(),
  webUi: webUiAddress(connectionOptions.address),
  hosts: ['localhost', '127.0.0.1', '[::1]', host],
  notice: process.env.APP_NOTICE,
});
const server = createServer(app);

server.on('error', (error: NodeJS.ErrnoException) => {
  const taken = `Port ${port} is taken. Free it, or choose another: APP_PORT=${port + 10} npm run app`;
  console.error(
    error.code === 'EADDRINUSE'
      ? taken
      : userError(
          `The app cannot listen on ${host}:${port} (${error.code}). Unset APP_HOST for this machine only.`,
        ).message,
  );
  process.exit(1);
});
server.listen(port, host, () => console.log(`App ready: http://127.0.0.1:${port}, pid ${process.pid}.`));

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(0));
