// The Workflow of a release: one app after the other. Kill its Worker in the middle, and no app is deployed twice.
import {
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  condition,
  defineQuery,
  defineSignal,
  proxyActivities,
  rootCause,
  setCurrentDetails,
  setHandler,
  sleep,
} from '@temporalio/workflow';
import { activityTuning } from '../../hello-ip/stage-tuning.ts';
import type * as activities from './activities.ts';
import type { Plan } from './plan.ts';
import * as trees from './tree.ts';

const { deployApp, requestCancel } = proxyActivities<typeof activities>({
  startToCloseTimeout: '2 hours',
  heartbeatTimeout: '2s', // A Worker that dies while it deploys is missed after 2 s.
  ...activityTuning,
});

export const cancelRelease = defineSignal('cancelRelease');
export const getReleaseState = defineQuery<trees.Summary>('getReleaseState');
export const getHierarchy = defineQuery<trees.TreeNode>('getHierarchy');

export async function release(plan: Plan): Promise<trees.TreeNode> {
  const asked = CancellationScope.current();
  let tree = trees.newTree(plan, Date.now());
  let isCancelled = false;
  setHandler(getReleaseState, () => trees.summaryOf(tree));
  setHandler(getHierarchy, () => tree);
  setHandler(cancelRelease, () => {
    isCancelled = true;
  });

  function enter(id: string, state: trees.State, error?: string) {
    tree = trees.changed(tree, { id, state, at: Date.now(), error });
    setCurrentDetails(trees.inWords(tree));
  }

  async function deploy(app: string) {
    const fails = plan.scenario.kind === 'app_failure' && plan.scenario.app === app;
    try {
      await deployApp({ release: plan.id, app, seconds: plan.appDeployTime, fails });
    } catch (error) {
      const reason = trees.deploymentFailed(app, rootCause(error));
      enter(app, 'failed', reason);
      throw ApplicationFailure.nonRetryable(reason, 'AppDeploymentFailed');
    }
    enter(app, 'running');
  }

  // #region core
  async function rollOut() {
    for (const { id, kind } of trees.inOrder(tree)) {
      if (isCancelled || asked.consideredCancelled) return;
      enter(id, 'deploying');
      if (kind === 'app') await deploy(id);
      else await sleep('500ms');
    }
  }
  // #endregion core

  // A cancel is heeded between two steps, never within one: no app is left half deployed.
  return CancellationScope.nonCancellable(async () => {
    await rollOut();
    if (trees.isOver(tree)) return tree;
    tree = trees.cancelled(tree, Date.now());
    setCurrentDetails(trees.inWords(tree));
    // Only an Execution whose cancellation was requested may end as Canceled, so after a Signal we request it.
    if (!asked.consideredCancelled) await requestCancel();
    await condition(() => asked.consideredCancelled);
    throw new CancelledFailure(trees.CANCELLED);
  });
}
