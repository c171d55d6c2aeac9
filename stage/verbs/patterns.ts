// npm run stage patterns <name>
import { userError } from '../../hello-ip/support/user-error.ts';
import { askStage } from '../control/client.ts';
import { withClient } from '../control/service-client.ts';
import { startAll } from '../encores/bring-up.ts';
import { readPattern, showPattern } from '../encores/show-pattern.ts';
import type { Verb } from './verb.ts';

export const verb: Verb = {
  usage: 'patterns <name>',
  about: 'runs one of the patterns, kills its Worker in the middle, proves it',
  async run([word = '', ...rest], print) {
    if (rest.length > 0) throw userError(`One pattern at a time. Run: npm run stage patterns ${word}`);
    const name = readPattern(word, 'stage patterns');
    const begun = performance.now();
    const status = await askStage({ do: 'status' });
    await startAll(['patterns'], print);
    const { holds, lines } = await withClient((client) => showPattern(name, client, status, print), status);
    for (const line of lines) print(line);
    if (!holds) throw userError(`The Event History does not prove ${name}. See the lines above.`);
    return { claim: `pattern ${name}`, evidence: lines, ms: Math.round(performance.now() - begun) };
  },
};
