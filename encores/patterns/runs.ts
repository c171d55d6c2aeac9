// The runs of all four patterns, in the order in which they are shown.
import type { PatternName } from './client.ts';
import { runs as fallback } from './runs/fallback.ts';
import { runs as fireAndForget } from './runs/fire-and-forget.ts';
import { runs as longRunning } from './runs/long-running.ts';
import { runs as orchestration } from './runs/orchestration.ts';
import type { Run } from './runs/run.ts';

export const RUNS: Record<PatternName, Run[]> = {
  orchestration,
  fallback,
  'fire-and-forget': fireAndForget,
  'long-running': longRunning,
};
