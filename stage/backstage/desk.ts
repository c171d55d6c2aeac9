// The presenter's desk: one walk through the notes, whatever devices press its buttons. Each press counts once.
import { createEngine, type Engine, type Standing } from '../notes/engine.ts';
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
  /** Resolves at once with whether the press counts; what it began goes on. */
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
    const { phase, step, at, drill } = engine.standing();
    if (phase === 'failed' || (phase === 'ready' && step.commands.length > 0))
      return void (await engine.run());
    if (at + 1 === drill.steps.length) return go(following());
    engine.advance();
    if (engine.standing().step.commands.length > 0) await engine.run();
  }

  async function repeat(): Promise<void> {
    if (engine.standing().phase !== 'ready') await engine.back(print);
    await engine.run();
  }

  async function skip(): Promise<void> {
    const { at, drill } = engine.standing();
    if (at + 1 === drill.steps.length) go(following());
    else engine.advance();
  }

  function coming(): Coming {
    const { phase, step, at, drill, name } = engine.standing();
    const of = (each: Drill['steps'][number]) => ({
      title: each.title.replace(/^\d+\. /, ''),
      commands: each.commands.map(({ line }) => line.replaceAll('Ziggy', () => name)),
    });
    const isHere =
      phase === 'running' || phase === 'failed' || (phase === 'ready' && step.commands.length > 0);
    const then = drill.steps[at + 1];
    if (isHere) return of(step);
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
        skip,
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

function newEngine(drill: Drill, changed: () => void): Engine {
  return createEngine(drill, { changed });
}
