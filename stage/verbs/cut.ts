// npm run stage cut network [silently]
import { userError } from '../../hello-ip/support/user-error.ts';
import { askStage } from '../control/client.ts';
import type { Verb } from './verb.ts';

export const verb: Verb = {
  usage: 'cut network [silently]',
  about: 'lookups are refused (silently: never answered); all else stays up',
  async run(words, print) {
    const silently = words[1] === 'silently';
    if (words[0] !== 'network' || words.length > (silently ? 2 : 1)) {
      throw userError(
        'Only the network can be cut. Run: npm run stage cut network, or: cut network silently',
      );
    }
    const { state } = await askStage({ do: 'network', order: silently ? 'cut silently' : 'cut' });
    print(`network ${state}: lookups are ${silently ? 'accepted and never answered' : 'refused'}`);
  },
};
