// npm run stage expect <claim> [of <workflowId>]
import type { Verb } from './verb.ts';

export const verb: Verb = {
  usage: 'expect <claim>',
  about: 'waits until it holds and prints the evidence; alone: lists them all',
  async run(words, print) {
    // Imported here: the list of verbs needs none of it.
    const { listClaims, listEncoreClaims, readClaim } = await import('../claims/grammar.ts');
    if (words.length === 0) {
      for (const line of listClaims()) print(line);
      return;
    }
    if (words.join(' ') === 'encores') {
      for (const line of listEncoreClaims()) print(line);
      return;
    }
    const asked = readClaim(words);
    const { linesOfProof, proveHere } = await import('../claims/prove.ts');
    const proof = await proveHere(asked);
    for (const line of linesOfProof(proof)) print(line);
    return proof;
  },
};
