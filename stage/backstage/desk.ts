// The presenter's desk: one walk through the notes, whatever devices press its buttons. Each press counts once.
import { createEngine, type Engine, type Standing, withName } from '../notes/engine.ts';
import { type Drill, findDrill } from '../notes/pages.ts';

/** What a button asks for. `seq` is what the page had seen: a press on an older page does nothing. */
export type Press =
  | { do: 'next' | 'back' | 'skip' | 'repeat'; seq: number; drill?: string }
  | { do: 'go'; seq: number; drill: string };

/** What will be run at the next press. */
export interface Coming {
  title: string;
  commands: string[];
}

/** The desk as every device shows it. */
export interface DeskState extends Standing {
  /** Grows with everything that happens. */
  seq: number;
  /** What the next press does; a title alone where nothing is run. */
  coming: Coming;
  /** When the first press came, in milliseconds since 1970. */
  startedAt?: number;
}

/** One for all devices. */
export interface Desk {
  state(): DeskState;
  /** Returns at once whether the press counts; what it began goes on. */
  press(press: Press): boolean;
  /** Starts the clock of the talk, now. */
  startClock(): void;
  /** Resolves when nothing runs. */
  idle(): Promise<void>;
}

/** What it walks through, and who is told. */
export interface DeskOptions {
  drills: Drill[];
  changed(): void;
  engineFor?: (drill: Drill, changed: () => void) => Engine;
  print?: (line: string) => void;
}

/** At the first step of the first drill. */
export function createDesk({ drills, changed, engineFor = newEngine, print }: DeskOptions): Desk {
  let seq = 0;
  let startedAt: number | undefined;
  let work: Promise<unknown> = Promise.resolve();
  let isAtWork = false;

  function note(): void {
    seq += 1;
    changed();
  }

  let engine = engineFor(drills[0] as Drill, note);

  function go(drill: Drill): void {
    engine = engineFor(drill, note);
    note();
  }

  /** The talk goes on with the next drill; an encore stands alone, and begins again. */
  function following(): Drill {
    const { drill } = engine.standing();
    const next = drills[drills.indexOf(drill) + 1];
    return drill.number !== undefined && next?.number !== undefined ? next : drill;
  }

  async function next(): Promise<void> {
    if (!isToBeRun(engine.standing()) && !onward()) return;
    if (isToBeRun(engine.standing())) await engine.run();
  }

  async function repeat(): Promise<void> {
    if (engine.standing().phase !== 'ready') await engine.back(print);
    await engine.run();
  }

  /** To the next step; after the last one to the next drill, whose first step is not run by the way: false. */
  function onward(): boolean {
    const { at, drill } = engine.standing();
    const isLast = at + 1 === drill.steps.length;
    if (isLast) go(following());
    else engine.advance();
    return !isLast;
  }

  function coming(): Coming {
    const standing = engine.standing();
    const { phase, step, at, drill, name } = standing;
    const of = (each: Drill['steps'][number]) => ({
      title: each.title.replace(/^\d+\. /, ''),
      commands: each.commands.map(({ line }) => withName(line, name)),
    });
    const then = drill.steps[at + 1];
    if (phase === 'running' || isToBeRun(standing)) return of(step);
    if (then) return of(then);
    const after = following();
    return { title: after === drill ? `${drill.title}, again` : after.title, commands: [] };
  }

  return {
    state: () => ({ ...engine.standing(), seq, coming: coming(), startedAt }),
    press(press) {
      if (isAtWork || press.seq !== seq) return false;
      const { drill } = engine.standing();
      // The deck's key is for the drill on its slide.
      const wanted = press.drill ? findDrill(drills, press.drill) : drill;
      startedAt ??= Date.now();
      isAtWork = true;
      const whatToDo = {
        next: async () => {
          if (wanted !== drill) go(wanted);
          await next();
        },
        skip: async () => void onward(),
        repeat,
        back: () => engine.back(print),
        go: async () => go(wanted),
      };
      work = whatToDo[press.do]().finally(() => {
        isAtWork = false;
        note();
      });
      return true;
    },
    startClock() {
      startedAt = Date.now();
      note();
    },
    idle: async () => {
      await work;
    },
  };
}

/** The commands of the step have not been run, or one of them has failed. */
function isToBeRun({ phase, step }: Standing): boolean {
  return phase === 'failed' || (phase === 'ready' && step.commands.length > 0);
}

function newEngine(drill: Drill, changed: () => void): Engine {
  return createEngine(drill, { changed });
}
