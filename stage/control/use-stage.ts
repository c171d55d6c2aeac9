// The stage for a drill or a rehearsal: the one that is up, or one that is started for as long as it takes.
import { userError } from '../../hello-ip/support/user-error.ts';
import { type StageStatus, stageStatus } from './client.ts';
import { spawnStage } from './spawn-stage.ts';

/** A stage to work on. */
export interface BorrowedStage {
  /** Resolves when every process is up. */
  ready: Promise<void>;
  /** Ends it, if it was started here. */
  leave(): Promise<void>;
}

/**
 * The stage that is up, or a new one.
 * @throws a user error when the stage that is up may not be broken at will
 */
export async function borrowStage(print: (line: string) => void): Promise<BorrowedStage> {
  const status = await stageStatus();
  if (status) {
    refuseProfile(status);
    return { ready: Promise.resolve(), leave: async () => {} };
  }
  print('No stage is up, so this command starts one, and stops it at the end. npm start keeps one.');
  let isUp = false;
  const stage = spawnStage([], (line) => {
    if (!isUp) print(`  ${line}`);
  });
  return {
    ready: stage.ready.then(() => {
      isUp = true;
    }),
    async leave() {
      isUp = true;
      const wrong = await stage.leave();
      if (wrong) print(wrong);
    },
  };
}

function refuseProfile({ profile }: StageStatus): void {
  if (!profile) return;
  throw userError(
    `The stage uses the Temporal Service of your profile "${profile}", which no drill may kill. Restart it without: npm start`,
  );
}
