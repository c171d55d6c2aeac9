// npm run stage freeze <process>
import { processVerb } from '../process-verb.ts';

export const verb = processVerb('freeze', 'frozen', 'SIGSTOP: it is there and does nothing');
