// npm run stage kill <process>
import { processVerb } from '../process-verb.ts';

export const verb = processVerb('kill', 'killed', 'SIGKILL, as kill -9 does it; returns when it is gone');
