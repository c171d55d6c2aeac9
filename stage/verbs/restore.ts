// npm run stage restore network
import { userError } from '../../hello-ip/user-error.ts';
import { askStage } from '../ask.ts';
import type { Verb } from '../verb.ts';

export const verb: Verb = {
  usage: 'restore network',
  about: 'lookups go through again',
  async run(words, say) {
    if (words.join(' ') !== 'network')
      throw userError('Only the network is ever cut. Run: npm run stage restore network');
    await askStage({ do: 'network', order: 'restore' });
    say('network restored: lookups go through');
  },
};
