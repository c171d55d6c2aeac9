// npm run stage fix geolocation
import { changeBug } from '../bug.ts';
import type { Verb } from '../verb.ts';

export const verb: Verb = {
  usage: 'fix geolocation',
  about: 'the h put back where it was',
  run: (words, say) => changeBug('out', words, say),
};
