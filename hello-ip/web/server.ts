// Starts the web app on its port; it may be started before the Temporal Service.
import { createServer } from 'node:http';
import { hostname, networkInterfaces } from 'node:os';
import { createClient } from '../client.ts';
import { connectionOptions } from '../profile.ts';
import { readPort } from '../settings.ts';
import { createApp } from './app.ts';
import { webUiAddress } from './web-ui.ts';

const host = process.env.APP_HOST || '127.0.0.1';
const isForAll = host === '0.0.0.0' || host === '::';
const port = readPort('APP_PORT', 8000);
const slidesPort = readPort('SLIDES_PORT', 3030);

const app = createApp({
  client: createClient(),
  webUi: webUiAddress(connectionOptions.address),
  hosts: ['localhost', '127.0.0.1', '[::1]', host, ...(isForAll ? namesOfThisMachine() : [])],
  notice: process.env.APP_NOTICE,
  slides: [`http://localhost:${slidesPort}`, `http://127.0.0.1:${slidesPort}`],
  volatileFile: process.env.VOLATILE_COUNTS,
});
const server = createServer(app);

server.on('error', ({ code }: NodeJS.ErrnoException) => {
  const taken = `Port ${port} is taken. Free it, or choose another: APP_PORT=${port + 10} npm run app`;
  const other = `The app cannot listen on ${host}:${port} (${code}). Unset APP_HOST for this machine only.`;
  console.error(code === 'EADDRINUSE' ? taken : other);
  process.exit(1);
});
server.listen(port, host, () => console.log(`App ready: http://127.0.0.1:${port}, pid ${process.pid}.`));

function namesOfThisMachine(): string[] {
  const addresses = Object.values(networkInterfaces()).flatMap((cards) => cards ?? []);
  return [
    hostname(),
    ...addresses.map(({ address, family }) => (family === 'IPv6' ? `[${address}]` : address)),
  ];
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(0));
