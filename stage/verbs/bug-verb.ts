// What `break` and `fix` share: the one thing that they act on.
import { userError } from '../../hello-ip/support/user-error.ts';
import { type Bug, changeBug } from '../bug/bug.ts';
import { refuseOtherStage } from '../control/client.ts';
import type { Verb } from './verb.ts';

/** A verb that puts the bug in or takes it out. */
export function bugVerb(name: 'break' | 'fix', bug: Bug, about: string): Verb {
  return {
    usage: `${name} geolocation`,
    about,
    async run(words, print) {
      if (words.join(' ') !== 'geolocation') {
        const done = name === 'break' ? 'broken' : 'fixed';
        throw userError(`Only "geolocation" can be ${done}. Run: npm run stage ${name} geolocation`);
      }
      await refuseOtherStage(); // before this clone's file is changed
      await changeBug(bug, print);
    },
  };
}
