// Judges releases: by the Event History, and by what the platform has counted.

import { remainingSeconds } from '../../encores/releases/demo.ts';
import { findRelease } from '../../encores/releases/find.ts';
import type { Release } from '../../encores/releases/follow.ts';
import { inOrder, inWords, type TreeNode } from '../../encores/releases/tree.ts';
import { isRetrying, titleOf, wordOf } from '../../encores/releases/words.ts';
import type { DeployedApp, Verdict } from './observations.ts';

const STEPS = ['provision', 'traffic', 'verify'] as const;

/** What a release can be claimed to be. */
export const RELEASE_STATES = [
  ...(['deploying', 'retrying', 'resumed'] as const),
  ...(['completed', 'failed', 'cancelled'] as const),
] as const;
export type ReleaseState = (typeof RELEASE_STATES)[number];

/** The newest release of that name is deploying an app, waits to try one again, is at it again, or has ended like this. */
export function releaseIs(releases: Release[], word: string, state: ReleaseState): Verdict {
  const release = findRelease(releases, word);
  if (!release) return notSo(`there is no release "${word}"`);
  if (state === 'deploying' || state === 'retrying' || state === 'resumed') return isUnderWay(release, state);
  const { tree, endedAt, workflowId } = release;
  const facts = [standing(release), ...(tree.error ? [tree.error] : [])];
  if (endedAt !== undefined) return { holds: tree.state === state, facts, workflowId };
  return { holds: false, facts, workflowId, dueMs: remainingSeconds(release, Date.now()) * 1000 };
}

function isUnderWay(release: Release, state: 'deploying' | 'retrying' | 'resumed'): Verdict {
  const app = atHand(release);
  const { workflowId } = release;
  if (!app) return { ...notSo(standing(release)), workflowId };
  const { id, step = 'none yet', attempt, failure } = app;
  const after = failure ? `, after: ${failure}` : '';
  const isAtIt = app.isRunning && app.step !== undefined;
  const holds = {
    deploying: isAtIt && attempt === 1,
    retrying: isRetrying(release),
    resumed: isAtIt && attempt > 1,
  }[state];
  return { holds, facts: [`${id} at the step "${step}", attempt ${attempt}${after}`], workflowId };
}

function atHand(release: Release) {
  const app = appsOf(release).find(({ state }) => state === 'deploying');
  return app && release.atHand && { id: app.id, ...release.atHand };
}

function standing(release: Release): string {
  return `${titleOf(release)} is ${wordOf(release.tree.state)}; ${inWords(release.tree)}`;
}

/** No app of any release was deployed twice, and none that runs was left half deployed. */
export function deployedOnce(releases: Release[], deployed: DeployedApp[]): Verdict {
  const newest = newestOfEachName(releases);
  if (newest.length === 0) return notSo('there is no release');
  const findings = newest.map((release) => wrongWith(release, deployed));
  const wrong = findings.flat();
  if (wrong.length > 0) return { holds: false, facts: wrong };
  return {
    holds: true,
    facts: newest.map((release) => {
      const apps = appsOf(release).filter(({ state }) => state === 'running').length;
      return `${titleOf(release)}: the platform counts ${apps} ${apps === 1 ? 'app' : 'apps'}, with each of ${STEPS.length} steps done once`;
    }),
  };
}

function wrongWith(release: Release, deployed: DeployedApp[]): string[] {
  return appsOf(release).flatMap(({ id, state }) => {
    const steps = countsOf(release, id, deployed);
    const isRight =
      state === 'running' ? steps.every((count) => count === 1) : steps.every((count) => count <= 1);
    const said = STEPS.map((step, index) => `${step} ${steps[index]}`).join(', ');
    return isRight ? [] : [`${titleOf(release)}: ${id} is ${state}, and the platform counts ${said}`];
  });
}

/** What a cancel came before was not begun, and what it came into was finished. */
export function nothingAfterCancel(releases: Release[], deployed: DeployedApp[]): Verdict {
  const release = releases.find(({ tree }) => tree.state === 'cancelled');
  if (!release) return notSo('no release was cancelled');
  const apps = appsOf(release);
  const begun = apps.filter(
    ({ id, state }) => state === 'cancelled' && countsOf(release, id, deployed).some((count) => count > 0),
  );
  const cancelled = apps.filter(({ state }) => state === 'cancelled').length;
  const { workflowId } = release;
  if (begun.length > 0)
    return { holds: false, facts: begun.map(({ id }) => `${id} was begun after the cancel`), workflowId };
  const halves = wrongWith(release, deployed);
  if (halves.length > 0) return { holds: false, facts: halves, workflowId };
  return {
    holds: true,
    facts: [
      `${titleOf(release)}: ${inWords(release.tree)}`,
      `the platform was asked for none of the ${cancelled}, and left none of the others half deployed`,
    ],
    workflowId,
  };
}

function newestOfEachName(releases: Release[]): Release[] {
  const names = new Set<string>();
  return releases.filter((release) => {
    const name = titleOf(release);
    const isNew = !names.has(name);
    names.add(name);
    return isNew;
  });
}

function appsOf({ tree }: Release): TreeNode[] {
  return inOrder(tree).filter(({ kind }) => kind === 'app');
}

function countsOf({ plan }: Release, app: string, deployed: DeployedApp[]): number[] {
  const counted = deployed.find((each) => each.release === plan.id && each.app === app);
  return STEPS.map((step) => counted?.[step] ?? 0);
}

function notSo(fact: string): Verdict {
  return { holds: false, facts: [fact] };
}
