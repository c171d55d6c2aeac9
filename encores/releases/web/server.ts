// Starts the page of the releases on its port; it may be started before the Temporal Service.
import { createServer } from 'node:http';
import { createClient } from '../../../hello-ip/support/connection.ts';
import { readProfile } from '../../../hello-ip/support/profile.ts';
import { readPort } from '../../../hello-ip/support/settings.ts';
import { appUrl, isLoopback, listenHost } from '../../../hello-ip/web/hosts.ts';
import { webUiAddress } from '../../../hello-ip/web/web-ui.ts';
import { createApp } from './app.ts';
import { readUser, signIn } from './sign-in.ts';

const host = listenHost(process.env, 'ENCORE_HOST');
const port = readPort('ENCORE_PORT', 8010);
const service = readProfile();
const app = createApp({
  client: createClient(service),
  webUi: webUiAddress(service.connectionOptions.address),
  host,
  signIn: isLoopback(host) ? undefined : signIn(readUser(process.env, console.log)),
});
const server = createServer(app);

server.on('error', ({ code }: NodeJS.ErrnoException) => {
  const taken = `Port ${port} is taken. Free it, or choose another: ENCORE_PORT=${port + 10} npm run releases:page`;
  const other = `The page cannot listen on ${host}:${port} (${code}). Unset ENCORE_HOST to listen on this machine only.`;
  console.error(code === 'EADDRINUSE' ? taken : other);
  process.exit(1);
});
server.listen(port, host, () =>
  console.log(`Releases ready: ${appUrl(host, port)}/releases, pid ${process.pid}.`),
);

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(0));
