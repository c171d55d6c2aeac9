// The three releases of the demo, which are under way at once: one succeeds, one fails, one is cancelled.
import { draftPlan } from './client.ts';
import type { Told } from './history.ts';
import { appsOf, type Plan, wavesOf } from './plan.ts';

/** How a release is to end. */
export type Ending = 'completed' | 'failed' | 'cancelled';

/** One release of the demo. */
export interface DemoRelease {
  plan: Plan;
  ends: Ending;
  /** When it is to be cancelled. Seconds after its start. */
  cancelAfter?: number;
}

/** A Timer of half a second takes about one: the Temporal Service looks at its Timers once a second. */
const TIMER_TAKES_S = 1;
/** In a tenth of the time. */
const QUICK = 10;

/** One minute, three minutes and five minutes; or a tenth of that for each app. */
export function demoReleases(isQuick = false): DemoRelease[] {
  const scale = (seconds: number) => (isQuick ? Number((seconds / QUICK).toFixed(3)) : seconds);
  const plan = (name: string, seconds: number, description: string, fails?: string) =>
    draftPlan({
      ...{ name, description, appDeployTime: scale(seconds) },
      ...(fails && { scenario: { kind: 'app_failure', app: fails } }),
    });
  const [last = ''] = appsOf({ waves: wavesOf() }).slice(-2);
  const cancelled = plan('billing 3.0', 24.58, 'Cancelled by user at half its time');
  return [
    { plan: plan('landing 1.9', 4.58, 'Nothing goes wrong'), ends: 'completed' },
    { plan: plan('checkout 8.1', 14.58, 'The platform refuses one of the last apps', last), ends: 'failed' },
    { plan: cancelled, ends: 'cancelled', cancelAfter: Math.round(expectedSeconds(cancelled) / 2) },
  ];
}

/** How long a release takes that nothing happens to, or that fails as its scenario says. */
export function expectedSeconds(plan: Plan): number {
  const apps = appsOf(plan);
  const { scenario } = plan;
  // The platform refuses an app at the last of three steps.
  const deployed = scenario.kind === 'app_failure' ? apps.indexOf(scenario.app) + 2 / 3 : apps.length;
  const clusters = plan.waves.flatMap((wave) => wave.clusters);
  const bundles = clusters.flatMap((cluster) => cluster.bundles);
  const timers = plan.waves.length + clusters.length + bundles.length;
  return deployed * plan.appDeployTime + timers * TIMER_TAKES_S;
}

/** How long a release that is under way will still take, if nothing happens to it. */
export function remainingSeconds({ plan, tree, startedAt }: Told, now: number): number {
  if (tree.state === 'pending') return expectedSeconds(plan);
  return Math.max(0, startedAt / 1000 + expectedSeconds(plan) - now / 1000);
}
