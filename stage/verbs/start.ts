// npm run stage start <process>|counters
import { askStage } from '../ask.ts';
import { processVerb } from '../process-verb.ts';
import type { Verb } from '../verb.ts';

const one = processVerb('start', 'ready', 'start it; returns when it polls or answers (counters: at once)');

export const verb: Verb = {
  ...one,
  usage: 'start <process>|counters',
  async run(words, say) {
    if (words.join(' ') !== 'counters') return one.run(words, say);
    await askStage({ do: 'counters', order: 'start' });
    say('counters started: watch them with npm run stage watch counters');
  },
};
