// The Temporal Service alone, in a terminal of its own: npm run server.
import { resolve } from 'node:path';
import { whenToldToLeave } from './leaving.ts';
import { clearLeftOvers, makeStageFolder, refuseSecond } from './leftovers.ts';
import { checkPorts } from './ports.ts';
import { planServer } from './processes.ts';
import { readPorts, stageFolder } from './settings.ts';
import { createSupervisor, type Supervisor } from './supervisor.ts';
import { findTemporalCli } from './temporal-cli/resolve.ts';
import { checkDatabase, databaseFile } from './temporal-service.ts';

const ports = readPorts();
const folder = resolve(stageFolder());
const leaving = new AbortController();
let supervisor: Supervisor | undefined;

const up = bringUp();
process.once('exit', () => supervisor?.killAll());
whenToldToLeave(leaveInOrder, () => process.exit(1));
try {
  await up;
} catch (error) {
  if (leaving.signal.aborted) await new Promise(() => {}); // leaveInOrder has the last word
  throw error;
}

async function bringUp(): Promise<void> {
  makeStageFolder(folder);
  await clearLeftOvers(folder);
  refuseSecond(folder, 'server', 'Use that one, or stop it in its terminal');
  await checkPorts([
    { variable: 'SERVER_PORT', port: ports.server },
    { variable: 'UI_PORT', port: ports.ui },
  ]);
  const cli = await findTemporalCli({ signal: leaving.signal });
  checkDatabase(databaseFile(folder, cli.server));
  leaving.signal.throwIfAborted();
  const say = (_name: string, line: string) => leaving.signal.aborted || console.log(line);
  const died = () => process.exit(1);
  supervisor = createSupervisor([planServer({ env: process.env, folder, ports, cli })], {
    folder,
    say,
    died,
  });
  await supervisor.start('server');
}

async function leaveInOrder(): Promise<void> {
  leaving.abort();
  await supervisor?.stopAll();
  await up.catch(() => {}); // a download or a build of the Temporal CLI clears up behind itself
  await supervisor?.stopAll();
  process.exit(0);
}
