// Whether the bug of the talk was left in from a rehearsal, or activities.ts is not as the talk needs it.
import { join } from 'node:path';
import { ACTIVITIES, type Bug, readBug } from '../bug.ts';
import type { Check, Finding } from '../doctor.ts';
import { ROOT } from '../settings.ts';

export const bugCheck: Check = {
  name: 'bug',
  look: async ({ root }) =>
    judgeBug(readBug(root === ROOT ? ACTIVITIES : join(root, 'hello-ip', 'activities.ts')).bug),
};

/** What to say of it. */
export function judgeBug(bug: Bug): Finding {
  if (bug === 'out') return { state: 'ok', fact: 'The bug is out of activities.ts.' };
  return {
    state: 'problem',
    fact: 'The bug is in activities.ts, so no greeting gets its location.',
    mend: 'Take it out: npm run stage fix geolocation',
  };
}
