// Walks through one drill: which step it is at, what its commands have said, and what comes next. It prints nothing and asks
// nobody: the terminal, hands-free and backstage are its faces.
import type { Proof } from '../claims/prove.ts';
import { mend } from '../verbs/repair.ts';
import type { Drill, DrillCommand, DrillStep } from './pages.ts';
import { type Performed, perform } from './perform.ts';

/** The name in the notes, a placeholder for one from the room. */
export const SOMEBODY = 'Ziggy';

/** A step waits for its commands to be run, runs them, has run them, could not, or was the last one. */
export type Phase = 'ready' | 'running' | 'done' | 'failed' | 'over';

/** What one command of the step has said; neither proof nor failure while it is at work. */
export interface Heard {
  /** As in the notes, with the name from the room. */
  line: string;
  isOver: boolean;
  said: string[];
  proof?: Proof;
  failure?: string;
}

/** Where the walk stands. */
export interface Standing {
  drill: Drill;
  step: DrillStep;
  /** From 0. */
  at: number;
  phase: Phase;
  heard: Heard[];
  /** Who is greeted. */
  name: string;
}

/** One walk. Nothing of it overlaps: what comes while commands run is not done. */
export interface Engine {
  standing(): Standing;
  /** Runs the commands of the step; false if one could not be done or did not hold. */
  run(name?: string): Promise<boolean>;
  /** On to the next step, without running anything; the last one is over. */
  advance(): void;
  /** Mends what this process broke, and goes back: to the start of the step if it has run, else to the one before. */
  back(print?: (line: string) => void): Promise<void>;
}

/** What a face may want to know. */
export interface EngineOptions {
  perform?: (command: DrillCommand) => Promise<Performed>;
  /** A command begins, or has ended; or the walk stands elsewhere. */
  changed?(): void;
  /** No further command is run once it aborts. */
  signal?: AbortSignal;
}

/** Stands at the first step of the drill. */
export function createEngine(
  drill: Drill,
  { perform: carryOut = perform, changed = () => {}, signal }: EngineOptions = {},
): Engine {
  let name = SOMEBODY;
  let standing: Standing = stand(0);

  function stand(at: number): Standing {
    const step = drill.steps[at] as DrillStep;
    return { drill, step, at, phase: 'ready', heard: [], name };
  }

  function move(next: Standing): void {
    standing = next;
    changed();
  }

  async function runOne(command: DrillCommand): Promise<boolean> {
    const words = command.words.map((word) => withName(word, name));
    const heard: Heard = { line: withName(command.line, name), said: [], isOver: false };
    move({ ...standing, heard: [...standing.heard, heard] });
    try {
      const { said, proof } = await carryOut({ ...command, words });
      Object.assign(heard, { said, proof });
      return true;
    } catch (error) {
      const { name: kind, message, stack } = error as Error;
      heard.failure = kind === 'UserError' ? message : String(stack);
      return false;
    } finally {
      heard.isOver = true;
      changed();
    }
  }

  return {
    standing: () => standing,
    async run(somebody = name) {
      if (standing.phase === 'running' || standing.phase === 'over') return false;
      name = somebody;
      move({ ...standing, name, phase: 'running', heard: [] });
      for (const command of standing.step.commands) {
        if (signal?.aborted) break;
        if (await runOne(command)) continue;
        move({ ...standing, phase: 'failed' });
        return false;
      }
      move({ ...standing, phase: 'done' });
      return true;
    },
    advance() {
      if (standing.phase === 'running') return;
      const next = standing.at + 1;
      move(next < drill.steps.length ? stand(next) : { ...standing, phase: 'over' });
    },
    async back(print = () => {}) {
      if (standing.phase === 'running') return;
      const { at, phase } = standing;
      await mend(print);
      move(stand(phase === 'ready' ? Math.max(0, at - 1) : at));
    },
  };
}

/** The replacement is a function because in a string a $ in a name from the room would be special. */
export function withName(text: string, name: string): string {
  return text.replaceAll(SOMEBODY, () => name);
}
