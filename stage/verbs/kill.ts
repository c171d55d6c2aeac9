// npm run stage kill <process>|counters
import { askStage } from '../control/client.ts';
import { processVerb } from './process-verb.ts';
import type { Verb } from './verb.ts';

const one = processVerb('kill', 'killed', 'SIGKILL, like kill -9; returns once it is gone');

export const verb: Verb = {
  ...one,
  usage: 'kill <process>|counters',
  async run(words, print) {
    if (words.join(' ') !== 'counters') return one.run(words, print);
    const { volatile, running } = await askStage({ do: 'counters', order: 'kill' });
    const last = volatile.at(-1)?.at(-1) ?? 'nothing';
    print(
      running.length === 0
        ? 'killed before they came up: no counter is counting'
        : `killed by the same signal: ${running.join(' and ')}; volatile had got to ${last}`,
    );
    return undefined;
  },
};
