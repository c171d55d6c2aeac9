// npm run stage restore network
import { userError } from '../../hello-ip/support/user-error.ts';
import { askStage } from '../control/client.ts';
import type { Verb } from './verb.ts';

export const verb: Verb = {
  usage: 'restore network',
  about: 'lookups go through again',
  async run(words, print) {
    if (words.join(' ') !== 'network')
      throw userError('Only the network can be restored. Run: npm run stage restore network');
    await askStage({ do: 'network', order: 'restore' });
    print('network restored: lookups go through');
  },
};
