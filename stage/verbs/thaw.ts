// npm run stage thaw <process>
import { processVerb } from './process-verb.ts';

export const verb = processVerb('thaw', 'thawed', 'SIGCONT: a frozen process continues');
