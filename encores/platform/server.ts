// Starts the platform on its port, for this machine only; it may be killed at any moment, and knows afterwards what it has done.
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readPort } from '../../hello-ip/support/settings.ts';
import { createPlatform } from './platform.ts';

const HOST = '127.0.0.1';
const port = readPort('PLATFORM_PORT', 8003);
const folder = resolve(process.env.STAGE_FOLDER || '.stage');

mkdirSync(folder, { recursive: true });
const platform = createPlatform({ file: join(folder, 'platform.jsonl'), print: console.log });
const server = platform.listen(port, HOST);
server.on('listening', () => console.log(`Platform ready: http://${HOST}:${port}, pid ${process.pid}.`));
server.on('error', ({ code }: NodeJS.ErrnoException) => {
  const fix = `Free it, or choose another: PLATFORM_PORT=${port + 10} npm run platform`;
  console.error(
    code === 'EADDRINUSE' ? `Port ${port} is taken. ${fix}` : `The platform cannot listen (${code}).`,
  );
  process.exit(1);
});

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(0));
