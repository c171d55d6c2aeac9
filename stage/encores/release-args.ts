// The grammar of npm run releases: words, not flags, because npm keeps flags for itself.
import { draftPlan } from '../../encores/releases/client.ts';
import type { DemoRelease } from '../../encores/releases/demo.ts';
import { appsOf, wavesOf } from '../../encores/releases/plan.ts';
import { userError } from '../../hello-ip/support/user-error.ts';
import { nearest } from '../nearest.ts';

export const USAGE = `npm run releases            three at once: one succeeds, one fails, one is cancelled (5 min)
npm run releases quick      the same in a tenth of the time
npm run releases start <name> <seconds per app> [fail app-3] [cancel after 60]
npm run releases list       all of them; show <id> draws one, cancel <id> cancels one
npm run releases watch      follows those that are under way`;

/** What npm run releases was asked for. */
export type ReleasesOrder =
  | { do: 'demo'; isQuick: boolean }
  | { do: 'start'; release: DemoRelease }
  | { do: 'list' | 'watch' }
  | { do: 'show' | 'cancel'; id: string };

const EXAMPLE = 'npm run releases start "search 2.4" 5';
const WORDS = ['quick', 'start', 'list', 'show', 'cancel', 'watch'];

/** @throws a user error for an unknown word, with the nearest known one */
export function readReleasesOrder(words: string[]): ReleasesOrder {
  const [word, ...rest] = words;
  if (word === undefined) return { do: 'demo', isQuick: false };
  if (word === 'start') return { do: 'start', release: readRelease(rest) };
  if (word === 'show' || word === 'cancel') return { do: word, id: readId(word, rest) };
  if (rest.length > 0)
    throw userError(`"${word}" takes no words, but got "${rest.join(' ')}". Run: npm run releases ${word}`);
  if (word === 'quick') return { do: 'demo', isQuick: true };
  if (word === 'list' || word === 'watch') return { do: word };
  throw userError(
    `"${word}" is not something to do with releases. Did you mean: npm run releases ${nearest(word, WORDS)}`,
  );
}

function readId(word: string, rest: string[]): string {
  if (rest.length > 0) return rest.join(' ');
  throw userError(`Which release? Name one by its id or its name: npm run releases ${word} <id>`);
}

/** `search 2.4 5 fail app-3 cancel after 60`: what comes before the first word of the rest is the name and the time. */
function readRelease(words: string[]): DemoRelease {
  const at = words.findIndex((word, index) => index > 1 && (word === 'fail' || word === 'cancel'));
  const [named, rest] = at < 0 ? [words, []] : [words.slice(0, at), words.slice(at)];
  const seconds = named.at(-1) ?? '';
  const name = named.slice(0, -1).join(' ');
  if (!name || !/^\d+(\.\d+)?$/.test(seconds))
    throw userError(`A release needs a name and the seconds for each app. For example: ${EXAMPLE}`);
  const { fail, cancelAfter } = readRest(rest);
  const waves = wavesOf();
  const plan = draftPlan({
    ...{ name, appDeployTime: Number(seconds), waves },
    ...(fail && { scenario: { kind: 'app_failure', app: findApp(fail, appsOf({ waves })) } }),
  });
  return { plan, ends: cancelAfter !== undefined ? 'cancelled' : fail ? 'failed' : 'completed', cancelAfter };
}

function readRest(words: string[]): { fail?: string; cancelAfter?: number } {
  const text = words.join(' ');
  const [all, fail, , cancelAfter] = /^(?:fail (\S+))?( ?cancel after (\d+(?:\.\d+)?))?$/.exec(text) ?? [];
  if (all !== undefined)
    return { fail, cancelAfter: cancelAfter === undefined ? undefined : Number(cancelAfter) };
  throw userError(`"${text}" is not understood. For example: ${EXAMPLE} fail app-3 cancel after 60`);
}

/** The app of this id, or the first one whose id ends with it. */
function findApp(word: string, apps: string[]): string {
  const found = apps.find((app) => app === word) ?? apps.find((app) => app.endsWith(`-${word}`));
  if (found) return found;
  throw userError(
    `"${word}" is no app of the release. Did you mean: ${nearest(word, [...apps, 'app-1', 'app-2', 'app-3'])}`,
  );
}
