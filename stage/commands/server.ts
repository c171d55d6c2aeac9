// The Temporal Service alone, in its own terminal: npm run server.
import { resolve } from 'node:path';
import { checkDatabase, databaseFile } from '../processes/dev-server.ts';
import { clearLeftOvers, makeStageFolder, refuseSecond } from '../processes/pid-files.ts';
import { planServer } from '../processes/plans.ts';
import { checkPorts } from '../processes/ports.ts';
import { createShutdown } from '../processes/shutdown.ts';
import { createSupervisor } from '../processes/supervisor.ts';
import { findTemporalCli } from '../processes/temporal-cli/resolve.ts';
import { readPorts, stageFolder } from '../settings.ts';

const ports = readPorts();
const folder = resolve(stageFolder());
const shutdown = createShutdown();

await shutdown.bringUp(bringUp);

async function bringUp(): Promise<void> {
  makeStageFolder(folder);
  await clearLeftOvers(folder);
  refuseSecond(folder, 'server', 'Use it, or stop it in its terminal');
  await checkPorts([
    { variable: 'SERVER_PORT', port: ports.server },
    { variable: 'UI_PORT', port: ports.ui },
  ]);
  const cli = await findTemporalCli({ signal: shutdown.signal });
  checkDatabase(databaseFile(folder, cli.server));
  const print = (_name: string, line: string) => shutdown.signal.aborted || console.log(line);
  const died = () => process.exit(1);
  const plan = planServer({ env: process.env, folder, ports, cli });
  const supervisor = createSupervisor([plan], { folder, print, died });
  shutdown.supervise(supervisor);
  await supervisor.start('server');
}
