// npm run stage run <process>
import { resolve } from 'node:path';
import { userError } from '../../hello-ip/user-error.ts';
import { askStage } from '../ask.ts';
import { whenToldToLeave } from '../leaving.ts';
import { refuseSecond } from '../leftovers.ts';
import { readProcess } from '../process-verb.ts';
import { planStage } from '../processes.ts';
import { stageFolder } from '../settings.ts';
import { createSupervisor } from '../supervisor.ts';
import type { Verb } from '../verb.ts';

export const verb: Verb = {
  usage: 'run <process>',
  about: 'in this terminal, with the surroundings of the stage; Ctrl-C ends it',
  async run(words, say) {
    const name = readProcess('run', words);
    if (name === 'server' || name === 'network') {
      throw userError(`The ${name} has no other surroundings on the stage. Run: npm run ${name}`);
    }
    const { network, profile, ports } = await askStage({ do: 'status' });
    const folder = resolve(stageFolder());
    refuseSecond(folder, name, `Stop that one first: npm run stage stop ${name}`);
    const mode = network?.venue ? 'venue' : 'online';
    const surroundings = { env: process.env, folder, ports, mode, profile, serverIsYours: true } as const;
    let leaving = false;
    const supervisor = createSupervisor(planStage(surroundings, [name]), {
      folder,
      say: (_name, line) => say(line),
      died: () => process.exit(1),
    });
    const leave = async () => {
      leaving = true;
      await supervisor.stopAll();
      process.exit(0);
    };
    process.once('exit', () => supervisor.killAll());
    whenToldToLeave(leave, () => process.exit(1));
    await supervisor.start(name).catch((error) => {
      if (!leaving) throw error;
    });
  },
};
