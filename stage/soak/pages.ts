// The open pages of a soak: several for each greeting, and what they must never show.

import { fold, plainText } from '../claims/page-text.ts';
import { followPage } from '../page-stream.ts';
import { readPorts } from '../settings.ts';
import type { Course } from './faults.ts';

const STEPS = 3;

/**
 * Follows the page of a greeting until it shows its end: always this greeting, never a step that was done undone.
 * Rejects when the course is ended first.
 */
export async function watchPage(course: Course, workflowId: string, name: string): Promise<void> {
  const wrong = (what: string) => course.wrong(`${workflowId}: its page ${what}`);
  const greeted = fold(`Hello, ${name.trim()}!`);
  let done = 0;
  let headline = '';
  const changed = (html: string) => {
    headline = plainText(/<h1[\s\S]*?<\/h1>/.exec(html)?.[0] ?? '');
    if (headline === '') wrong(`showed no headline: ${plainText(html).slice(0, 200)}`);
    if (headline.startsWith('Hello,') && headline !== greeted) wrong(`greeted somebody else: ${headline}`);
    const states = [...html.matchAll(/<li[^>]*data-state="(\w+)"/g)].map(([, state]) => state);
    const nowDone = states.filter((state) => state === 'done').length;
    if (states.length > 0 && nowDone < done) wrong(`took ${done - nowDone} steps back`);
    if (headline === greeted && nowDone < STEPS) wrong(`greeted after ${nowDone} of ${STEPS} steps`);
    done = Math.max(done, nowDone);
  };
  await followPage(`http://127.0.0.1:${readPorts().app}/greetings/${workflowId}`, changed, course.signal);
  if (headline !== greeted) wrong(`ended with ${JSON.stringify(headline)}`);
}
