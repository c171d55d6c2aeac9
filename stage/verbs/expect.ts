// npm run stage expect <claim> [of <workflowId>]
import type { Verb } from '../verb.ts';

export const verb: Verb = {
  usage: 'expect <claim>',
  about: 'waits until it is so and prints the evidence; alone: all claims',
  async run(words, say) {
    // Imported here: the help of all verbs needs none of it.
    const { listClaims, readClaim } = await import('../claims/grammar.ts');
    if (words.length === 0) {
      for (const line of listClaims()) say(line);
      return;
    }
    const asked = readClaim(words);
    const { proveHere } = await import('../subject.ts');
    const { tell } = await import('../claims/prove.ts');
    for (const line of tell(await proveHere(asked))) say(line);
  },
};
