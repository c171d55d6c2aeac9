// npm run stage fix geolocation
import { bugVerb } from './bug-verb.ts';

export const verb = bugVerb('fix', 'out', 'puts the h back where it was');
