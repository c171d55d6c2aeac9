// The stage for a drill or a rehearsal: the one that is up, or one that is brought up for as long as it takes.
import { userError } from '../hello-ip/user-error.ts';
import { type StageStatus, stageStatus } from './ask.ts';
import { spawnStage } from './child-stage.ts';

/** A stage to work on. */
export interface BorrowedStage {
  /** Resolves when every process is up. */
  ready: Promise<void>;
  /** Ends it, where it was brought up here. */
  leave(): Promise<void>;
}

/**
 * The stage that is up, or a new one.
 * @throws a user's error where the stage that is up cannot be broken at will
 */
export async function borrowStage(say: (line: string) => void): Promise<BorrowedStage> {
  const status = await stageStatus();
  if (status) {
    refuseProfile(status);
    return { ready: Promise.resolve(), leave: async () => {} };
  }
  say('No stage is up, so one comes up now and leaves with this command. npm start keeps one.');
  let isUp = false;
  const stage = spawnStage([], (line) => {
    if (!isUp) say(`  ${line}`);
  });
  return {
    ready: stage.ready.then(() => {
      isUp = true;
    }),
    async leave() {
      isUp = true;
      const wrong = await stage.leave();
      if (wrong) say(wrong);
    },
  };
}

function refuseProfile({ profile }: StageStatus): void {
  if (!profile) return;
  throw userError(
    `The stage uses the Temporal Service of your profile "${profile}", which no drill may kill. Restart it without: npm start`,
  );
}
