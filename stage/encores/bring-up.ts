// Brings up what an encore needs: the stage, if none is up, and the encore's own processes on it.
import { askStage } from '../control/client.ts';
import { type BorrowedStage, borrowStage } from '../control/use-stage.ts';
import type { EncoreProcess } from '../processes/names.ts';

/** The processes of the releases, without those of the talk. */
export const RELEASES_NEED = ['platform', 'releases', 'releases-page'] as const;

/** The processes of the pipelines, without those of the talk. */
export const PIPELINES_NEED = ['platform', 'pipelines', 'pipelines-page'] as const;

/**
 * Starts what is not up; the stage takes the encore's processes down with itself.
 * @throws a user error when one of them does not come up
 */
export async function bringUp(
  names: readonly EncoreProcess[],
  print: (line: string) => void,
  onStage: (stage: BorrowedStage) => void,
): Promise<void> {
  const stage = await borrowStage(print);
  onStage(stage);
  await stage.ready;
  await startAll(names, print);
}

/** Starts those that are not running, at once, on the stage that is up. */
export async function startAll(
  names: readonly EncoreProcess[],
  print: (line: string) => void,
): Promise<void> {
  const started = await Promise.all(
    names.map(async (process) => ({ process, ...(await askStage({ do: 'start', process })) })),
  );
  for (const { process, pid, ms, already } of started)
    if (!already) print(`${process} ready (pid ${pid}, ${ms} ms)`);
}
