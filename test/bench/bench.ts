// Measures the kit with real processes on free ports, in venue mode: npm run bench [names].
import { writeFileSync } from 'node:fs';
import { cpus, release, type } from 'node:os';
import { join } from 'node:path';
import { userError } from '../../hello-ip/user-error.ts';
import { whenToldToLeave } from '../../stage/leaving.ts';
import { makeStageFolder } from '../../stage/leftovers.ts';
import { stageFolder } from '../../stage/settings.ts';
import { nearest } from '../../stage/words.ts';
import { cleanUp } from '../stage/harness.ts';
import { type Figure, holds, tableOf } from './figures.ts';
import { closeKits } from './kits.ts';

/** What belongs together in the table, measured in one go. */
export interface Row {
  name: string;
  /** Says how far it is. */
  measure(say: (line: string) => void): Promise<Figure[]>;
}

const NAMES = [
  ...['worker-start', 'greeting', 'event-to-page', 'viewers', 'worker-kill'],
  ...['server-kill', 'cut', 'bug', 'in-flight', 'install'],
];
const INTERRUPTED = 130; // what a shell makes of Ctrl-C

whenToldToLeave(
  () => void leave(INTERRUPTED),
  () => process.exit(INTERRUPTED),
);
const wanted = readWords(process.argv.slice(2));
const figures: Figure[] = [];
const begun = performance.now();
const failed: string[] = [];
for (const name of wanted) {
  const { row } = (await import(`./rows/${name}.ts`)) as { row: Row };
  say(name);
  try {
    figures.push(...(await row.measure((line) => say(`  ${line}`))));
  } catch (error) {
    // An hour of measuring is not thrown away for one row.
    failed.push(name);
    console.error(error);
  }
}
console.log(`\n${machine()}\n`);
for (const line of tableOf(figures)) console.log(line);
console.log(`\nAlso as JSON: ${writeJson()}`);
if (failed.length > 0) console.error(`Not measured, see above: ${failed.join(', ')}`);
await leave(failed.length === 0 && figures.every(holds) ? 0 : 1);

function say(line: string): void {
  console.log(`${((performance.now() - begun) / 1000).toFixed(0).padStart(5)} s  ${line}`);
}

function readWords(words: string[]): string[] {
  const names = words.map((word) => word.replace(/,$/, ''));
  const unknown = names.find((name) => !NAMES.includes(name));
  if (unknown !== undefined) {
    console.error(
      userError(`There is no "${unknown}". Did you mean: npm run bench ${nearest(unknown, NAMES)}`).message,
    );
    process.exit(1);
  }
  return names.length > 0 ? names : NAMES;
}

function machine(): string {
  const [cpu] = cpus();
  const date = new Date().toISOString().slice(0, 10);
  return `${date}, Node.js ${process.versions.node}, ${type()} ${release()}, ${cpus().length} x ${cpu?.model.trim()}`;
}

function writeJson(): string {
  const folder = stageFolder();
  makeStageFolder(folder);
  const file = join(folder, 'bench.json');
  writeFileSync(file, `${JSON.stringify({ machine: machine(), figures }, undefined, 2)}\n`);
  return file;
}

async function leave(code: number): Promise<never> {
  await closeKits();
  await cleanUp();
  process.exit(code);
}
