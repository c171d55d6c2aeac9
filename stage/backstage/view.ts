// Everything that the presenter's page shows, in words, as of one moment.
import { type Page, pageOf } from '../../hello-ip/web/page.ts';
import type { Snapshot } from '../../hello-ip/web/reader.ts';
import type { State } from '../../hello-ip/web/vocabulary.ts';
import type { StageStatus } from '../control/client.ts';
import type { Heard } from '../notes/engine.ts';
import type { Drill } from '../notes/pages.ts';
import type { Slot } from '../notes/slots.ts';
import type { DeskState } from './desk.ts';
import { type Planned, paceOf } from './schedule.ts';
import { type Switch, switchesOf } from './switches.ts';
import { type Words, wordsOf } from './words.ts';

/** One line of proof: of what a command has said, the first that counts. */
export interface ProofLine {
  state: State;
  words: string;
}

/** The page. */
export interface DeskView {
  seq: number;
  clock: string;
  left: string;
  pace?: { state: State; place: string; early: string };
  line: { marks: { x: number; demo: number; state: 'over' | 'now' | 'coming' }[]; now?: number };
  title: string;
  where: string;
  words: Words[];
  /** What to do before the next press. */
  before: Words[];
  proofs: ProofLine[];
  isRunning: boolean;
  failed: boolean;
  trouble: Words[];
  next: { verb: string; title: string; commands: string[] };
  drills: { name: string; title: string; isHere: boolean }[];
  switches: Switch[];
  strip: { greeting?: { name: string; state: State; word: string }; facts: string[] };
  /** Why nothing can be switched: the stage is gone. */
  stageAway?: string;
}

/** What it is made of. */
export interface DeskFacts {
  desk: DeskState;
  drills: Drill[];
  slot: Slot;
  schedule: Planned[];
  status?: StageStatus;
  newest?: Snapshot;
}

const LINE = { left: 4, right: 354 };
const STAGE_AWAY = 'The stage does not answer. Start it in a terminal: npm start';

/** Puts the facts into words. */
export function deskView(
  { desk, drills, slot, schedule, status, newest }: DeskFacts,
  now = new Date(),
): DeskView {
  const { drill, step, at, phase, heard, coming, startedAt, seq } = desk;
  const minutes = startedAt === undefined ? 0 : (now.getTime() - startedAt) / 60_000;
  const isOver = phase === 'done' || (phase === 'ready' && step.commands.length === 0);
  return {
    seq,
    clock: now.toTimeString().slice(0, 5),
    left: startedAt === undefined ? `${slot} min, not begun` : leftOf(Number(slot) - minutes, slot),
    pace: startedAt === undefined ? undefined : paceWords(desk, schedule, startedAt, minutes),
    line: lineOf(schedule, drill.number, Number(slot), startedAt === undefined ? undefined : minutes),
    title: drill.title,
    where: `step ${at + 1} of ${drill.steps.length}`,
    words: wordsFor(desk, isOver),
    before: beforeNext(desk, isOver),
    proofs: heard.map(proofOf),
    isRunning: phase === 'running',
    failed: phase === 'failed',
    trouble: phase === 'failed' ? wordsOf(drill.trouble) : [],
    next: { verb: verbOf(phase), ...coming },
    drills: drills.map(({ name, title }) => ({ name, title, isHere: name === drill.name })),
    switches: status ? switchesOf(status) : [],
    strip: stripOf(status, newest, now),
    stageAway: status ? undefined : STAGE_AWAY,
  };
}

function verbOf(phase: DeskState['phase']): string {
  if (phase === 'running') return 'Running';
  return phase === 'failed' ? 'Again' : 'Next';
}

/** What to say of a step that has run; of one that has not, what to do. */
function wordsFor({ step }: DeskState, isOver: boolean): Words[] {
  if (step.commands.length === 0) return wordsOf(step.before);
  return isOver ? wordsOf(step.after) : [];
}

/** Of the step that the next press runs. */
function beforeNext({ drill, step, at }: DeskState, isOver: boolean): Words[] {
  const coming = isOver ? drill.steps[at + 1] : step;
  return coming?.commands.length ? wordsOf(coming.before) : [];
}

function proofOf({ line, said, proof, failure, isOver }: Heard): ProofLine {
  if (!isOver) return { state: 'running', words: line.replace('npm run stage ', '') };
  if (failure) return { state: 'failed', words: failure.replace(/^✘ /, '') };
  const [evidence = ''] = proof?.evidence ?? [];
  if (proof) return { state: 'done', words: `${proof.claim}: ${evidence.replace(/^greeting-\S+: /, '')}` };
  return { state: 'done', words: said.at(-1) ?? line };
}

function leftOf(minutes: number, slot: Slot): string {
  const whole = Math.ceil(minutes);
  return whole >= 0 ? `${whole} min left of ${slot}` : `${-whole} min over ${slot}`;
}

function paceWords(
  desk: DeskState,
  schedule: Planned[],
  startedAt: number,
  minutes: number,
): DeskView['pace'] {
  const { drill, at, phase } = desk;
  const part = (at + (phase === 'done' ? 1 : 0)) / drill.steps.length;
  const { next, early } = paceOf(schedule, drill.number, part, minutes);
  if (!next) return { state: 'done', place: 'the last demo', early: '' };
  const due = new Date(startedAt + next.begins * 60_000).toTimeString().slice(0, 5);
  const words = early >= 0 ? (early === 0 ? 'in time' : `${early} min early`) : `${-early} min late`;
  return { state: early < 0 ? 'retrying' : 'done', place: `be at demo ${next.demo} by ${due}`, early: words };
}

function lineOf(
  schedule: Planned[],
  demo: number | undefined,
  slot: number,
  minutes?: number,
): DeskView['line'] {
  const x = (at: number) => Math.round(LINE.left + (Math.min(at, slot) / slot) * (LINE.right - LINE.left));
  const here = schedule.findIndex((planned) => planned.demo === demo);
  const marks = schedule.map((planned, index) => ({
    x: x(planned.begins),
    demo: planned.demo,
    state: index < here ? ('over' as const) : index === here ? ('now' as const) : ('coming' as const),
  }));
  return { marks, now: minutes === undefined ? undefined : x(minutes) };
}

function stripOf(
  status: StageStatus | undefined,
  newest: Snapshot | undefined,
  now: Date,
): DeskView['strip'] {
  const page: Page | undefined = newest && pageOf(newest, now);
  const name = newest?.progress?.greeting.name;
  const greeting = page && name ? { name, state: page.state, word: vocabularyWord(page) } : undefined;
  const venue = status?.network?.venue ? ['venue mode'] : [];
  return { greeting, facts: [...(page?.state === 'away' ? ['Temporal Service away'] : []), ...venue] };
}

function vocabularyWord({ state, headline }: Page): string {
  return state === 'done' ? 'greeted' : state === 'running' ? headline : state;
}
