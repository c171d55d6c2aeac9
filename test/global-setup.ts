// Before any test: one Temporal CLI for all of them, found once and handed on by its path.
import { findTemporalCli } from '../stage/temporal-cli/resolve.ts';

export async function setup(): Promise<void> {
  const { path } = await findTemporalCli({ say: console.log });
  process.env.TEMPORAL_CLI = path;
}
