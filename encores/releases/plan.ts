// What a release rolls out: waves of clusters, clusters of bundles, bundles of apps; and what is to go wrong.
import { z } from 'zod';
import { isPlainText, isVisible } from '../../hello-ip/support/plain-text.ts';
import { userError } from '../../hello-ip/support/user-error.ts';

const MOST_APPS = 1000;
const MOST_SECONDS = 3600;
const MOST_LETTERS = 100;

const id = z.string().regex(/^[\w:.-]{1,100}$/, 'must be 1 to 100 letters, digits or any of _ : . -');
const app = z.strictObject({ id });
const bundle = z.strictObject({ id, apps: z.array(app).nonempty('needs an app') });
const cluster = z.strictObject({ id, bundles: z.array(bundle).nonempty('needs a bundle') });
const wave = z.strictObject({ id, clusters: z.array(cluster).nonempty('needs a cluster') });
const scenario = z.discriminatedUnion(
  'kind',
  [z.strictObject({ kind: z.literal('none') }), z.strictObject({ kind: z.literal('app_failure'), app: id })],
  'must be none, or app_failure with the id of an app',
);

const plan = z.strictObject({
  id,
  /** As a person would call it; more than one release may have the same. */
  name: z
    .string()
    .trim()
    .min(1, 'must not be empty')
    .max(MOST_LETTERS, `must not be longer than ${MOST_LETTERS} characters`)
    .refine((text) => isPlainText(text) && isVisible(text), 'must be text that can be seen')
    .optional(),
  description: z.string().max(200, 'must not be longer than 200 characters').default(''),
  /** Seconds. */
  appDeployTime: z
    .number()
    .positive('must be more than 0 seconds')
    .max(MOST_SECONDS, `must not be more than ${MOST_SECONDS} seconds`),
  scenario: scenario.default({ kind: 'none' }),
  waves: z.array(wave).nonempty('needs a wave'),
});

/** A plan that can be rolled out. Its ids are unique; times are in seconds. */
export type Plan = z.infer<typeof plan>;

/**
 * Reads a plan from JSON.
 * @throws a user error that names the first thing that is wrong with it.
 */
export function readPlan(json: unknown): Plan {
  const read = plan.safeParse(json);
  if (!read.success) throw wrong(...whereAndWhat(read.error));
  const ids = idsOf(read.data);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice) throw wrong('id', `"${twice}" is used twice`);
  const apps = appsOf(read.data);
  if (apps.length > MOST_APPS) throw wrong('waves', `${apps.length} apps are more than ${MOST_APPS}`);
  const { scenario } = read.data;
  if (scenario.kind === 'app_failure' && !apps.includes(scenario.app))
    throw wrong('scenario.app', `"${scenario.app}" is no app of it`);
  return read.data;
}

/** How many of each there are in the one above. */
export interface Shape {
  waves: number;
  clusters: number;
  bundles: number;
  apps: number;
}

const SHAPE_OF_DEMO: Shape = { waves: 2, clusters: 2, bundles: 1, apps: 3 };

/** The waves of a plan, with the ids of the demo: the default is 12 apps in 4 clusters. */
export function wavesOf({ waves, clusters, bundles, apps }: Shape = SHAPE_OF_DEMO): Plan['waves'] {
  const bundleIn = (cluster: string, b: number) => {
    const name = bundles === 1 ? `${cluster}-bundle` : `${cluster}-bundle-${b}`;
    return { id: `bundle:${name}`, apps: times(apps, (a) => ({ id: `app:${name}-app-${a}` })) };
  };
  const clusterIn = (w: number, c: number) => {
    const name = `cluster-${w}-${c}`;
    return { id: name, bundles: times(bundles, (b) => bundleIn(name, b)) };
  };
  const all = times(waves, (w) => ({
    id: `wave-${w}`,
    clusters: times(clusters, (c) => clusterIn(w, c)),
  }));
  return all as Plan['waves'];
}

/** The ids of its apps, in the order in which they are deployed. */
export function appsOf({ waves }: Pick<Plan, 'waves'>): string[] {
  return waves.flatMap(({ clusters }) =>
    clusters.flatMap(({ bundles }) => bundles.flatMap(({ apps }) => apps.map(({ id }) => id))),
  );
}

function idsOf(plan: Plan): string[] {
  const clusters = plan.waves.flatMap((wave) => wave.clusters);
  const bundles = clusters.flatMap((cluster) => cluster.bundles);
  return [plan, ...plan.waves, ...clusters, ...bundles].map(({ id }) => id).concat(appsOf(plan));
}

function times<T>(count: number, make: (number: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index + 1));
}

function whereAndWhat({ issues: [issue] }: z.ZodError): [string, string] {
  return [issue?.path.join('.') || 'plan', issue?.message ?? 'is wrong'];
}

function wrong(where: string, what: string): Error {
  return userError(
    `The plan cannot be rolled out: ${where}: ${what}. Correct it, and start the release again.`,
  );
}
