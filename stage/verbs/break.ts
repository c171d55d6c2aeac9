// npm run stage break geolocation
import { bugVerb } from './bug-verb.ts';

export const verb = bugVerb('break', 'in', 'the bug: removes the h of an address in activities.ts');
