// npm run stage stop <process>
import { processVerb } from './process-verb.ts';

export const verb = processVerb('stop', 'stopped', 'asks it politely to exit; returns once it is gone');
