// npm run stage break geolocation
import { changeBug } from '../bug.ts';
import type { Verb } from '../verb.ts';

export const verb: Verb = {
  usage: 'break geolocation',
  about: 'the bug: the h of an address taken out of activities.ts',
  run: (words, say) => changeBug('in', words, say),
};
