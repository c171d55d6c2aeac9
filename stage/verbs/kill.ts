// npm run stage kill <process>|counters
import { askStage } from '../ask.ts';
import { processVerb } from '../process-verb.ts';
import type { Verb } from '../verb.ts';

const one = processVerb('kill', 'killed', 'SIGKILL, as kill -9 does it; returns when it is gone');

export const verb: Verb = {
  ...one,
  usage: 'kill <process>|counters',
  async run(words, say) {
    if (words.join(' ') !== 'counters') return one.run(words, say);
    const { volatile, running } = await askStage({ do: 'counters', order: 'kill' });
    say(
      `killed by the same signal: ${running.join(' and ')}; volatile had got to ${volatile.at(-1)?.at(-1) ?? 'nothing'}`,
    );
  },
};
