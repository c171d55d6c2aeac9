// npm run stage cluster drill <process>
import { join, resolve } from 'node:path';
import { readClusterPorts } from '../../encores/cluster/layout.ts';
import { userError } from '../../hello-ip/support/user-error.ts';
import { drillOne, evidenceOf, readKill } from '../cluster/drill.ts';
import { startAll } from '../encores/bring-up.ts';
import { stageFolder } from '../settings.ts';
import type { Verb } from './verb.ts';

export const verb: Verb = {
  usage: 'cluster drill <name>',
  about: 'sixty greetings in flight, kills a process of the cluster, proves that all came',
  async run([order, ...words], print) {
    if (order !== 'drill')
      throw userError('On the stage there is one thing to do. Run: npm run stage cluster drill history-1');
    const kill = readKill(words);
    const begun = performance.now();
    await startAll(['cluster'], print);
    const folder = join(resolve(stageFolder()), 'cluster');
    const drilled = await drillOne(kill, { folder, ports: readClusterPorts(), print });
    const evidence = evidenceOf(drilled);
    if (!drilled.isComplete)
      throw userError(
        `Not all is as it should be: ${evidence.join(', ')}. See what is wrong: npm run cluster verify`,
      );
    return { claim: `cluster ${drilled.name}`, evidence, ms: Math.round(performance.now() - begun) };
  },
};
