// npm run stage start <process>
import { processVerb } from '../process-verb.ts';

export const verb = processVerb('start', 'ready', 'start it; returns when it polls or answers');
