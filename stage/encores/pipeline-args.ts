// The grammar of npm run pipelines: words, not flags, because npm keeps flags for itself.
import { userError } from '../../hello-ip/support/user-error.ts';
import { nearest } from '../nearest.ts';

export const USAGE = `npm run pipelines                       starts what is needed, and keeps it up
npm run pipelines register              the definitions of encores/pipelines/definitions; with your own: register <file> ...
npm run pipelines run pipeline          two waves of deployments; run deploy deploys one app
npm run pipelines run <name> [<file>]    with an input of your own; pipeline has two more: failing, continuing
npm run pipelines list                  all runs; status <id> [json] shows one
npm run pipelines pause|resume|cancel <id>
npm run pipelines complete <id> <ref> [output as JSON]
npm run pipelines report                run times, success rates and the slowest steps, from the history
npm run pipelines migrate|verify        the schema of the history; rollback <n> takes it back to version n
npm run pipelines rebuild-history       writes the history anew from the Event Histories
npm run pipelines cleanup               cancels what is under way, and forgets what is registered`;

const STEER = ['pause', 'resume', 'cancel'] as const;
const WITHOUT_WORDS = ['list', 'cleanup', 'report', 'migrate', 'verify', 'rebuild-history'] as const;

/** One kind of order for each of the words. */
type Each<Word extends string, Rest = unknown> = { [Key in Word]: { do: Key } & Rest }[Word];

/** What npm run pipelines was asked for. */
export type PipelinesOrder =
  | { do: 'up' }
  | { do: 'register'; files: string[] }
  | { do: 'run'; name: string; input?: string }
  | { do: 'status'; id: string; asJson: boolean }
  | { do: 'complete'; id: string; ref: string; output: string }
  | { do: 'rollback'; version: number }
  | Each<(typeof STEER)[number], { id: string }>
  | Each<(typeof WITHOUT_WORDS)[number]>;

/** Short names for the definitions of the demo. */
const SHORT: Record<string, string> = { deploy: 'deploy_simple_v1', pipeline: 'pipeline_simple_v1' };
const WORDS = ['register', 'run', 'status', 'complete', 'rollback', ...STEER, ...WITHOUT_WORDS];

/** @throws a user error for an unknown word, with the nearest known one, or for a word that is missing */
export function readPipelinesOrder(words: string[]): PipelinesOrder {
  const [word, ...rest] = words;
  if (word === undefined) return { do: 'up' };
  if (word === 'register') return { do: 'register', files: rest };
  if (word === 'complete') return readComplete(rest);
  if (word === 'run') return readRun(rest);
  if (word === 'status') return readStatus(rest);
  const steer = STEER.find((each) => each === word);
  if (steer) return { do: steer, id: only(word, rest) };
  if (word === 'rollback') return readRollback(rest);
  const bare = WITHOUT_WORDS.find((each) => each === word);
  if (!bare)
    throw userError(
      `"${word}" is not something to do with pipelines. Did you mean: npm run pipelines ${nearest(word, WORDS)}`,
    );
  if (rest.length === 0) return { do: bare };
  throw userError(`"${word}" takes no words, but got "${rest.join(' ')}". Run: npm run pipelines ${word}`);
}

function readRun([name, input, ...more]: string[]): PipelinesOrder {
  if (name === undefined)
    throw userError('Which definition? Name one, for example: npm run pipelines run pipeline');
  if (more.length > 0)
    throw userError(`A run takes one input, but got "${more.join(' ')}" too. Leave that out.`);
  return { do: 'run', name: SHORT[name] ?? name, input };
}

function readStatus([id, json, ...more]: string[]): PipelinesOrder {
  if (id === undefined) throw userError('Which run? Name one by its id: npm run pipelines status <id>');
  if (more.length > 0 || (json !== undefined && json !== 'json'))
    throw userError(
      `"${[json, ...more].join(' ')}" is not known here. Run: npm run pipelines status ${id} json`,
    );
  return { do: 'status', id, asJson: json === 'json' };
}

function readComplete([id, ref, ...output]: string[]): PipelinesOrder {
  if (id === undefined || ref === undefined)
    throw userError('Which task of which run? Name both: npm run pipelines complete <id> <ref>');
  return { do: 'complete', id, ref, output: output.join(' ') || '{}' };
}

function readRollback([version = '', ...more]: string[]): PipelinesOrder {
  if (/^\d+$/.test(version) && more.length === 0) return { do: 'rollback', version: Number(version) };
  throw userError('To which version? Name it, 0 for an empty schema: npm run pipelines rollback 2');
}

function only(word: string, [id, ...more]: string[]): string {
  if (id !== undefined && more.length === 0) return id;
  throw userError(`Which run? Name one by its id: npm run pipelines ${word} <id>`);
}
