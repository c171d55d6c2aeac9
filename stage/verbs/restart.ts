// npm run stage restart <process>
import { askStage } from '../ask.ts';
import { readProcess, saying } from '../process-verb.ts';
import type { Verb } from '../verb.ts';

export const verb: Verb = {
  usage: 'restart <process>',
  about: 'stop, then start',
  async run(words, say) {
    const name = readProcess('restart', words);
    say(saying(name, 'stopped', await askStage({ do: 'stop', process: name })));
    say(saying(name, 'ready', await askStage({ do: 'start', process: name })));
  },
};
