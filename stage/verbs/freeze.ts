// npm run stage freeze <process>
import { processVerb } from './process-verb.ts';

export const verb = processVerb('freeze', 'frozen', 'SIGSTOP: the process stays, but does nothing');
