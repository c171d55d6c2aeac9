// npm run stage run <process>
import { resolve } from 'node:path';
import { userError } from '../../hello-ip/support/user-error.ts';
import { askStage } from '../control/client.ts';
import { refuseSecond } from '../processes/pid-files.ts';
import { planStage } from '../processes/plans.ts';
import { createShutdown } from '../processes/shutdown.ts';
import { createSupervisor } from '../processes/supervisor.ts';
import { stageFolder } from '../settings.ts';
import { readProcess } from './process-verb.ts';
import type { Verb } from './verb.ts';

export const verb: Verb = {
  usage: 'run <process>',
  about: "runs it in this terminal, with the stage's environment; Ctrl-C ends it",
  async run(words, print) {
    const name = readProcess('run', words);
    if (name === 'server' || name === 'network') {
      throw userError(`The ${name} needs nothing from the stage. Run: npm run ${name}`);
    }
    const { network, profile, ports } = await askStage({ do: 'status' });
    const folder = resolve(stageFolder());
    refuseSecond(folder, name, `Stop that one first: npm run stage stop ${name}`);
    const mode = network?.venue ? 'venue' : 'online';
    const setup = { env: process.env, folder, ports, mode, profile, serverIsYours: true } as const;
    const shutdown = createShutdown();
    const supervisor = createSupervisor(planStage(setup, [name]), {
      folder,
      print: (_name, line) => print(line),
      died: () => process.exit(1),
    });
    shutdown.supervise(supervisor);
    await shutdown.bringUp(() => supervisor.start(name));
  },
};
