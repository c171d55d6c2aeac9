// Before any test: one Temporal CLI for all of them, found once and passed on by its path, and one bundle of each Workflow.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { workflowBundle } from '../../stage/processes/bundle.ts';
import { findTemporalCli } from '../../stage/processes/temporal-cli/resolve.ts';
import { ROOT } from '../../stage/settings.ts';
import { BUNDLES } from './bundles.ts';

const WORKFLOWS = ['hello-ip/workflow.ts', 'volatile-vs-durable/durable.ts'];

/** Runs for each project; the first one finds and bundles for all. */
export async function setup(): Promise<(() => Promise<void>) | undefined> {
  const { path } = await findTemporalCli({ print: console.log });
  process.env.TEMPORAL_CLI = path;
  if (process.env[BUNDLES]) return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'bundles '));
  process.env[BUNDLES] = folder;
  for (const file of WORKFLOWS) await workflowBundle(folder, join(ROOT, file));
  return () => rm(folder, { recursive: true });
}
