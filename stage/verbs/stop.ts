// npm run stage stop <process>
import { processVerb } from '../process-verb.ts';

export const verb = processVerb('stop', 'stopped', 'ask it politely to leave; returns when it is gone');
