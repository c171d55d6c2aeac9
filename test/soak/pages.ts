// The open pages of a soak: several for each greeting, and what they must never show.

import { fold } from '../../stage/claims/fold.ts';
import { plainText } from '../../stage/claims/page-text.ts';
import { readPorts } from '../../stage/settings.ts';
import type { SoakContext } from './faults.ts';
import { followPage } from './page-stream.ts';
import type { FilledIn } from './plan.ts';

/**
 * Follows the page of a greeting until it shows its end: always this greeting, and no finished step ever undone.
 * Rejects if the soak is ended first.
 */
export async function watchPage(
  soak: SoakContext,
  workflowId: string,
  { name, seconds }: Pick<FilledIn, 'name' | 'seconds'>,
): Promise<void> {
  const wrong = (what: string) => soak.wrong(`${workflowId}: its page ${what}`);
  const greeted = fold(`Hello, ${name.trim()}!`);
  const steps = seconds > 0 ? 3 : 2; // without seconds there is no Timer
  let done = 0;
  let headline = '';
  const changed = (html: string) => {
    headline = plainText(/<h1[\s\S]*?<\/h1>/.exec(html)?.[0] ?? '');
    if (headline === '') wrong(`showed no headline: ${plainText(html).slice(0, 200)}`);
    if (headline.startsWith('Hello,') && headline !== greeted) wrong(`greeted somebody else: ${headline}`);
    const states = [...html.matchAll(/<li[^>]*data-state="(\w+)"/g)].map(([, state]) => state);
    const nowDone = states.filter((state) => state === 'done').length;
    if (states.length > 0 && nowDone < done) wrong(`took ${done - nowDone} steps back`);
    if (headline === greeted && nowDone < steps) wrong(`greeted after ${nowDone} of ${steps} steps`);
    done = Math.max(done, nowDone);
  };
  await followPage(`http://127.0.0.1:${readPorts().app}/greetings/${workflowId}`, changed, soak.signal);
  if (headline !== greeted) wrong(`ended with ${JSON.stringify(headline)}`);
}
