// npm run stage start <process>|counters
import { askStage } from '../control/client.ts';
import { processVerb } from './process-verb.ts';
import type { Verb } from './verb.ts';

const one = processVerb('start', 'ready', 'starts it; returns once it polls or answers (counters: at once)');

export const verb: Verb = {
  ...one,
  usage: 'start <process>|counters',
  async run(words, print) {
    if (words.join(' ') !== 'counters') return one.run(words, print);
    await askStage({ do: 'counters', order: 'start' });
    print('counters started; watch them: npm run stage watch counters');
    return undefined;
  },
};
