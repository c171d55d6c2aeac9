// Measures the kit with real processes on free ports, in venue mode: npm run bench [names].
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, release, type } from 'node:os';
import { join } from 'node:path';
import { whenToldToLeave } from '../../stage/leaving.ts';
import { makeStageFolder } from '../../stage/leftovers.ts';
import { stageFolder } from '../../stage/settings.ts';
import { findTemporalCli } from '../../stage/temporal-cli/resolve.ts';
import { cleanUp } from '../stage/harness.ts';
import { type Figure, holds, tableOf } from './figures.ts';
import { closeKits } from './kits.ts';
import { loadRow, readNames } from './names.ts';

const INTERRUPTED = 130; // what a shell makes of Ctrl-C

whenToldToLeave(
  () => void leave(INTERRUPTED),
  () => process.exit(INTERRUPTED),
);
const wanted = readNames(process.argv.slice(2));
const begun = performance.now();
const cli = await findTemporalCli({ say });
const figures: Figure[] = [];
const failed: string[] = [];
for (const name of wanted) {
  const row = await loadRow(name);
  say(name);
  try {
    figures.push(...(await row.measure((line) => say(`  ${line}`))));
  } catch (error) {
    // Half an hour of measuring is not thrown away for one row.
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

/** Date, versions and machine, in one line. */
function machine(): string {
  const [cpu] = cpus();
  const date = new Date().toISOString().slice(0, 10);
  const sdk = createRequire(import.meta.url)('@temporalio/worker/package.json').version;
  const system = `${type()} ${release()}, ${cpus().length} x ${cpu?.model.trim()}`;
  return `${date}, Temporal CLI ${cli.version} (Server ${cli.server}), Temporal SDK ${sdk}, Node.js ${process.versions.node}, ${system}`;
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
