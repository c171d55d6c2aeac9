// `npm start` whose parent ends, with npm it leaves, with a shell it stays; and what a killed `npm run server` leaves behind.
import { afterAll, describe, expect, it } from 'vitest';
import { cleanUp, isThere, leftOf, processesOf, run, startServer, until } from '../support/harness.ts';

const SMALL = ['venue', 'without', 'worker', 'app'];

afterAll(cleanUp);

describe.skipIf(process.platform === 'win32').concurrent('the stage of', () => {
  it.each(['SIGTERM', 'SIGKILL'] as const)('an npm that ends by %s leaves with it', async (signal) => {
    const npm = await run('stage/commands/start.ts', SMALL, { command: ['npm', 'start'] });
    await npm.untilSaid('Ctrl-C stops all of it');
    npm.child.kill(signal);
    await until(() => processesOf(npm.folder).length === 0);
    expect(await leftOf(npm)).toEqual([]);
  });

  it('a shell that ends leaves it running, because it was started that way on purpose', async () => {
    const command = [
      'sh',
      '-c',
      'node stage/run.cjs "$@" & echo "left with $!"',
      'sh',
      'stage/commands/start.ts',
    ];
    const shell = await run('stage/commands/start.ts', SMALL, { command });
    const [, pid] = await shell.untilSaid(/left with (\d+)/);
    await until(() => !isThere(shell.pid));
    await shell.untilSaid('Ctrl-C stops all of it');
    process.kill(Number(pid), 'SIGTERM');
    await until(() => processesOf(shell.folder).length === 0);
    expect(await leftOf(shell)).toEqual([]);
  });
});

it('npm run server clears the Temporal Service of one that was killed with -9', async () => {
  const killed = await startServer();
  const { folder, ports } = killed;
  const orphan = killed.pidOf('server');
  // Standing still, it cannot die of its first words to a parent that is gone.
  process.kill(orphan, 'SIGSTOP');
  await killed.leave('SIGKILL');
  expect(isThere(orphan)).toBe(true);
  const next = await startServer({ folder, ports });
  expect(isThere(orphan)).toBe(false);
  expect(await next.leave('SIGTERM')).toMatchObject({ code: 0 });
  expect(await leftOf(next)).toEqual([]);
});
