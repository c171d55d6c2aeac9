// npm run stage pipelines register, or run <name> [input]
import { startPipeline } from '../../encores/pipelines/client.ts';
import { openRegistry } from '../../encores/pipelines/registry.ts';
import { userError } from '../../hello-ip/support/user-error.ts';
import { askStage } from '../control/client.ts';
import { withClient } from '../control/service-client.ts';
import { PIPELINES_NEED, startAll } from '../encores/bring-up.ts';
import { readPipelinesOrder } from '../encores/pipeline-args.ts';
import { readInput, registerFiles } from '../encores/pipeline-files.ts';
import { installHistory } from '../encores/pipeline-history.ts';
import { stageFolder } from '../settings.ts';
import type { Verb } from './verb.ts';

export const verb: Verb = {
  usage: 'pipelines <order>',
  about: 'register, or run <name> [input]; prints the page of the run',
  async run(words, print) {
    const order = readPipelinesOrder(words);
    if (order.do !== 'register' && order.do !== 'run')
      throw userError(
        'On the stage there are two of them. Run: npm run stage pipelines register, or: npm run stage pipelines run pipeline',
      );
    const status = await askStage({ do: 'status' });
    process.env.STAGE_FOLDER = stageFolder();
    const registry = openRegistry(`${stageFolder()}/pipelines`);
    if (order.do === 'register') {
      if (!(await registerFiles(registry, order.files, print)))
        throw userError('Something was refused. See the lines above, and mend it.');
      return undefined;
    }
    const input = readInput(order.name, order.input);
    await installHistory(print);
    await startAll(PIPELINES_NEED, print);
    await withClient(async (client) => {
      const id = await startPipeline(client, registry, { name: order.name, input });
      print(`${id}: http://127.0.0.1:${status.ports.pipelines}/runs/${id}`);
    }, status);
    return undefined;
  },
};
