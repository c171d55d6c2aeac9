// npm run stage releases [quick]
import { startRelease } from '../../encores/releases/client.ts';
import { demoReleases } from '../../encores/releases/demo.ts';
import { titleOf } from '../../encores/releases/words.ts';
import { userError } from '../../hello-ip/support/user-error.ts';
import { askStage } from '../control/client.ts';
import { withClient } from '../control/service-client.ts';
import { RELEASES_NEED, startAll } from '../encores/bring-up.ts';
import type { Verb } from './verb.ts';

export const verb: Verb = {
  usage: 'releases [quick]',
  about: 'starts the three releases of the encore; prints their pages',
  async run(words, print) {
    const isQuick = words.join(' ') === 'quick';
    if (words.length > 0 && !isQuick)
      throw userError(`"${words.join(' ')}" is not known here. Run: npm run stage releases quick`);
    const status = await askStage({ do: 'status' });
    await startAll(RELEASES_NEED, print);
    await withClient(async (client) => {
      for (const { plan } of demoReleases(isQuick)) {
        await startRelease(client, plan);
        print(`${titleOf({ plan })}: http://127.0.0.1:${status.ports.releases}/releases/${plan.id}`);
      }
    }, status);
    return undefined;
  },
};
