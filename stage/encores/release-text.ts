// What npm run releases says: what was started, how it stands, and how it ended.
import { type DemoRelease, expectedSeconds } from '../../encores/releases/demo.ts';
import type { Release } from '../../encores/releases/follow.ts';
import { inWords } from '../../encores/releases/tree.ts';
import { barOf, lasted } from '../../encores/releases/tree-text.ts';
import { minutes, SHOWN, titleOf, wordOf } from '../../encores/releases/words.ts';
import { toPlainText } from '../../hello-ip/support/plain-text.ts';
import { symbolOf } from '../processes/output.ts';

const ENDS = { completed: 'completes', failed: 'fails', cancelled: 'is cancelled' } as const;

/** What is about to happen: a line for the release, and one for each thing to know about it. */
export function announce({ plan, ends, cancelAfter }: DemoRelease, page: string): string[] {
  const { scenario } = plan;
  const fails = scenario.kind === 'app_failure' ? `app_failure, ${scenario.app}` : 'none';
  return [
    `${titleOf({ plan })}${plan.description ? `: ${plan.description}` : ''}`,
    `  id ${plan.id}, ${plan.appDeployTime} s for each app, scenario ${fails}`,
    `  ${ENDS[ends]} after about ${minutes(cancelAfter ?? expectedSeconds(plan))}: ${page}/releases/${plan.id}`,
  ].map(toPlainText);
}

/** "1:05 ◐ search 2.4 in progress ■■■◧□□□□□□□□ Apps: 3 running, 1 deploying, 8 pending" */
export function lineOf(release: Release, width: number, withBar: boolean, now = Date.now()): string {
  const { tree } = release;
  const name = toPlainText(titleOf(release)).padEnd(width);
  const state = wordOf(tree.state).padEnd('in progress'.length);
  const bar = withBar ? `${barOf(tree)}  ` : '';
  return `${lasted(release, now).padStart(5)}  ${symbolOf(SHOWN[tree.state])} ${name}  ${state}  ${bar}${inWords(tree)}`;
}

/** How it ended, and whether that is how it was to end. */
export function summaryOf(release: Release, ends?: DemoRelease['ends']): string[] {
  const { tree, startedAt, endedAt } = release;
  const asMeant = ends === undefined || tree.state === ends;
  const clock = (at: number) => new Date(at).toLocaleTimeString('en-GB');
  return [
    `${symbolOf(asMeant ? 'done' : 'failed')} ${titleOf(release)}: ${wordOf(tree.state)}${asMeant ? '' : `, but was to be ${ends}`}`,
    `  started ${clock(startedAt)}, finished ${endedAt === undefined ? 'not yet' : clock(endedAt)}, took ${lasted(release, Date.now())}; ${inWords(tree)}`,
    ...(tree.error ? [`  ${tree.error}`] : []),
  ].map(toPlainText);
}
