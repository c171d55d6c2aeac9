// Reads the drills from presenter-notes/: plain Markdown, whose numbered steps hold the commands that perform and prove them.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { marked, type Token, type Tokens } from 'marked';
import { userError } from '../../hello-ip/support/user-error.ts';
import { nearest } from '../nearest.ts';
import { ROOT } from '../settings.ts';

const FOLDER = 'presenter-notes';
const FILE = /^(\d)-([a-z-]+)\.md$/;
const ENCORE = /^([a-z-]+)\.md$/;
const COMMAND = /^npm run stage (\S+)(.*)$/;

/** One command of a step, as `npm run stage` takes it. */
export interface DrillCommand {
  line: string;
  verb: string;
  words: string[];
}

/** One numbered step: what comes before its commands, the commands, and what is said after them. */
export interface DrillStep {
  title: string;
  before: Token[];
  commands: DrillCommand[];
  after: Token[];
}

/** One page of the notes that can be walked and rehearsed. */
export interface Drill {
  /** Its place in the talk; an encore has none. */
  number?: number;
  name: string;
  /** Relative to this clone. */
  file: string;
  title: string;
  minutes: number;
  /** Purpose, failure, feature, takeaway and minutes. */
  intro: Token[];
  steps: DrillStep[];
  /** "If it goes wrong". */
  trouble: Token[];
}

/** The encores, each a drill of its own, and the one in which the whole room takes part. */
export function listEncores(): Drill[] {
  const encores = readdirSync(join(ROOT, FOLDER, 'encores')).flatMap((file) => ENCORE.exec(file)?.[1] ?? []);
  const files = encores.toSorted().map((name) => ({ name, file: `${FOLDER}/encores/${name}.md` }));
  return [...files, { name: 'room', file: `${FOLDER}/room.md` }].map(({ name, file }) => ({
    name,
    ...readPage(readFileSync(join(ROOT, file), 'utf8'), file),
  }));
}

/** All drills, in the order of the talk. */
export function listDrills(folder = join(ROOT, FOLDER)): Drill[] {
  const files = readdirSync(folder).filter((file) => FILE.test(file));
  return files.toSorted().map((file) => {
    const [, number, name] = FILE.exec(file) as unknown as [string, string, string];
    const page = readPage(readFileSync(join(folder, file), 'utf8'), `${FOLDER}/${file}`);
    return { number: Number(number), name, ...page };
  });
}

/**
 * The drill of this name or number.
 * @throws a user error with the nearest name
 */
export function findDrill(drills: Drill[], word: string, script = 'drill'): Drill {
  const found = drills.find(({ name, number }) => name === word.toLowerCase() || String(number) === word);
  if (found) return found;
  const names = drills.map(({ name }) => name);
  const close = nearest(word, [...names, script === 'drill' ? 'hands-free' : 'pictures']);
  throw userError(
    `"${word}" is not a drill. Did you mean: npm run ${script} ${close}\nAll of them: ${drills.map(nameOf).join(', ')}`,
  );
}

/** "3 worker-kill", or the name alone of an encore. */
function nameOf({ number, name }: Drill): string {
  return number === undefined ? name : `${number} ${name}`;
}

/**
 * Reads one page.
 * @throws a user error if the page cannot be walked
 */
export function readPage(markdown: string, file: string): Omit<Drill, 'number' | 'name'> {
  const tokens = marked.lexer(markdown).filter(({ type }) => type !== 'space');
  const heading = (token: Token, depth: number) => token.type === 'heading' && token.depth === depth;
  const begin = tokens.findIndex((token) => heading(token, 2) && token.raw.trim() === '## Steps');
  const title = tokens[0];
  if (!title || !heading(title, 1) || begin < 0) throw unfit(file, 'has no "# title" or no "## Steps"');
  const intro = tokens.slice(1, begin);
  const rest = tokens.slice(begin + 1);
  const end = rest.findIndex((token) => heading(token, 2));
  const steps: DrillStep[] = [];
  for (const token of end < 0 ? rest : rest.slice(0, end)) {
    if (heading(token, 3)) steps.push(newStep(token as Tokens.Heading, steps.length + 1, file));
    else addTo(steps.at(-1), token, file);
  }
  const trouble = afterHeading(rest, '## If it goes wrong');
  return {
    file,
    title: (title as Tokens.Heading).text,
    minutes: minutesOf(intro, file),
    intro,
    steps,
    trouble,
  };
}

function afterHeading(tokens: Token[], heading: string): Token[] {
  const begin = tokens.findIndex(({ type, raw }) => type === 'heading' && raw.trim() === heading);
  if (begin < 0) return [];
  const end = tokens.findIndex(({ type }, index) => type === 'heading' && index > begin);
  return tokens.slice(begin + 1, end < 0 ? undefined : end);
}

function newStep({ text }: Tokens.Heading, number: number, file: string): DrillStep {
  if (!text.startsWith(`${number}. `)) throw unfit(file, `has "${text}" where step ${number} should be`);
  return { title: text, before: [], commands: [], after: [] };
}

function addTo(step: DrillStep | undefined, token: Token, file: string): void {
  if (!step) throw unfit(file, 'has text before its first step');
  if (token.type === 'code' && token.lang === 'sh') {
    if (step.commands.length > 0) throw unfit(file, `has two sh blocks in step "${step.title}"`);
    step.commands = token.text.split('\n').map((line: string) => readCommand(line, file));
    return;
  }
  if (step.commands.length > 0) step.after.push(token);
  else step.before.push(token);
}

function readCommand(line: string, file: string): DrillCommand {
  const [, verb, words] = COMMAND.exec(line) ?? [];
  if (!verb) throw unfit(file, `has "${line}" in an sh block, where only npm run stage is allowed`);
  return { line, verb, words: splitWords(words ?? '') };
}

/** As a shell would: anything in double quotes is one word. */
function splitWords(text: string): string[] {
  return [...text.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}

function minutesOf(intro: Token[], file: string): number {
  const [, minutes] = /\*\*Minutes:\*\* ([\d.]+)/.exec(intro.map(({ raw }) => raw).join('')) ?? [];
  if (!minutes) throw unfit(file, 'does not give its "**Minutes:**"');
  return Number(minutes);
}

function unfit(file: string, fact: string): Error {
  return userError(`${file} ${fact}. Fix the page; presenter-notes/3-worker-kill.md is an example.`);
}
