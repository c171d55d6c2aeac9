// Parses a claim, and lists all there are.
import { userError } from '../../hello-ip/support/user-error.ts';
import { ACTIVITIES } from '../../hello-ip/web/timeline/facts.ts';
import { nearest } from '../nearest.ts';
import { ENCORES } from '../processes/names.ts';
import { WATCHED } from './observations.ts';
import { PIPELINE_PHASES } from './pipelines.ts';
import { RELEASE_STATES } from './releases.ts';
import { CLAIMS, type Claim, ENCORE_CLAIMS, type Given } from './table.ts';

const LIST = 'npm run stage expect';

const ALL = [...CLAIMS, ...ENCORE_CLAIMS];

/** A claim as it was asked for. */
export interface Asked {
  claim: Claim;
  given: Given;
  /** The greeting after "of"; without one, the greeting that was started last. */
  of?: string;
  /** In the words of the table, to be used again. */
  said: string;
}

/**
 * Reads the words of a claim. Case and commas at the end of a word do not matter; text in one word stays as it is.
 * @throws a user error with the nearest claim
 */
export function readClaim(words: string[]): Asked {
  const said = words.length === 1 ? (words[0] ?? '').trim().split(/\s+/) : words;
  const isOf = said.length > 2 && said.at(-2)?.toLowerCase() === 'of';
  const claim = isOf ? said.slice(0, -2) : said;
  for (const candidate of ALL) {
    const given = match(candidate.usage.split(' '), claim);
    if (!given) continue;
    const asked = { claim: candidate, given: given as Given, said: repeat(candidate, given) };
    if (!isOf) return asked;
    if (candidate.ofGreeting) return { ...asked, of: said.at(-1), said: `${asked.said} of ${said.at(-1)}` };
    throw userError(`"${asked.said}" is not about a greeting. Leave out "of": ${LIST} ${asked.said}`);
  }
  throw unknownClaim(claim);
}

/** All claims of the talk with what they mean, for one screen. */
export function listClaims(): string[] {
  return [
    `${LIST} <claim> waits up to 15 s (after a running Timer):`,
    ...describe(CLAIMS),
    `<activity>  ${ACTIVITIES.join(', ')}`,
    `<process>   ${WATCHED.filter((name) => !isEncore(name)).join(', ')}`,
    `Of the last greeting, or … of <workflowId>; more: ${LIST} encores`,
  ];
}

/** All claims of the encores with what they mean. */
export function listEncoreClaims(): string[] {
  return [
    `${LIST} <claim> waits up to 15 s, or until it is due:`,
    ...describe(ENCORE_CLAIMS),
    `  ${WATCHED.filter(isEncore).join('|')} up|down`,
  ];
}

function isEncore(name: string): boolean {
  return (ENCORES as readonly string[]).includes(name);
}

function describe(claims: readonly Claim[]): string[] {
  const width = Math.max(...claims.map(({ usage }) => usage.length));
  return claims.map(({ usage, about }) => `  ${usage.padEnd(width)}  ${about}`);
}

/** What the words in <> stand for, or undefined if it is another claim. */
function match(usage: string[], words: string[]): Partial<Given> | undefined {
  const given: Partial<Given> = {};
  for (const [index, expected] of usage.entries()) {
    const word = words[index]?.replace(/,$/, '');
    if (!word) return undefined;
    if (expected === '<text>') return { ...given, text: words.slice(index).join(' ') };
    if (!take(expected, word, given)) return undefined;
  }
  return words.length === usage.length ? given : undefined;
}

/** Whether the word is the expected one; records what it stands for. */
function take(expected: string, word: string, given: Partial<Given>): boolean {
  const same = (name: string) => name.toLowerCase() === word.toLowerCase();
  if (expected === '<activity>') given.activity = ACTIVITIES.find(same);
  else if (expected === '<process>') given.process = WATCHED.find(same);
  else if (expected === '<name>') given.name = word;
  else if (expected === '<state>') given.state = RELEASE_STATES.find(same);
  else if (expected === '<phase>') given.phase = PIPELINE_PHASES.find(same);
  else if (expected === '<n>') given.n = /^[1-9]\d{0,5}$/.test(word) ? Number(word) : undefined;
  else return same(expected.replace(/,$/, ''));
  return given[expected.slice(1, -1) as keyof Given] !== undefined;
}

function repeat({ usage }: Claim, given: Partial<Given>): string {
  return usage.replace(/<(\w+)>/g, (_, name) => String(given[name as keyof Given]));
}

function unknownClaim(words: string[]): Error {
  const claim = words.join(' ');
  const close = nearest(claim, ALL.flatMap(spellOut));
  return userError(`"${claim}" is not a claim. Did you mean: ${LIST} ${close}\nAll claims: ${LIST}`);
}

/** The claim with each of the names that can stand in it. */
function spellOut({ usage }: Claim): string[] {
  if (usage.includes('<activity>')) return ACTIVITIES.map((name) => usage.replace('<activity>', name));
  if (usage.includes('<process>')) return WATCHED.map((name) => usage.replace('<process>', name));
  return [usage];
}
