// Whether the talk's bug was left in after a rehearsal, or activities.ts is otherwise not what the talk needs.
import { join } from 'node:path';
import { ACTIVITIES_FILE, type Bug, readBug } from '../bug/bug.ts';
import { ROOT } from '../settings.ts';
import type { Check, Finding } from './examine.ts';

export const bugCheck: Check = {
  name: 'bug',
  look: async ({ root }) =>
    judgeBug(readBug(root === ROOT ? ACTIVITIES_FILE : join(root, 'hello-ip', 'activities.ts')).bug),
};

/** The verdict on it. */
export function judgeBug(bug: Bug): Finding {
  if (bug === 'out') return { state: 'ok', fact: 'The bug is out of activities.ts.' };
  return {
    state: 'problem',
    fact: 'The bug is in activities.ts, so no greeting gets its location.',
    mend: 'Take it out: npm run stage fix geolocation',
  };
}
