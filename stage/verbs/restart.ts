// npm run stage restart <process>
import { askStage } from '../control/client.ts';
import { readProcess, saying } from './process-verb.ts';
import type { Verb } from './verb.ts';

export const verb: Verb = {
  usage: 'restart <process>',
  about: 'stops it, then starts it',
  async run(words, print) {
    const name = readProcess('restart', words);
    print(saying(name, 'stopped', await askStage({ do: 'stop', process: name })));
    print(saying(name, 'ready', await askStage({ do: 'start', process: name })));
  },
};
