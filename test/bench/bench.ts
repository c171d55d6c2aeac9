// Measures the kit with real processes on free ports, in venue mode: npm run bench [names].
import { createRequire } from 'node:module';
import { cpus, release, type } from 'node:os';
import { join } from 'node:path';
import { writeOwnFile } from '../../stage/processes/own-files.ts';
import { makeStageFolder } from '../../stage/processes/pid-files.ts';
import { INTERRUPTED, whenToldToLeave } from '../../stage/processes/shutdown.ts';
import { findTemporalCli } from '../../stage/processes/temporal-cli/resolve.ts';
import { stageFolder } from '../../stage/settings.ts';
import { cleanUp } from '../support/harness.ts';
import { type Figure, holds, tableOf } from './figures.ts';
import { closeKits } from './kits.ts';
import { loadRow, readNames } from './names.ts';

whenToldToLeave(
  () => void leave(INTERRUPTED),
  () => process.exit(INTERRUPTED),
);
const wanted = readNames(process.argv.slice(2));
const begun = performance.now();
const cli = await findTemporalCli({ print });
const figures: Figure[] = [];
const failed: string[] = [];
for (const name of wanted) {
  const row = await loadRow(name);
  print(name);
  try {
    figures.push(...(await row.measure((line) => print(`  ${line}`))));
  } catch (error) {
    // One failed row must not cost half an hour of measurements.
    failed.push(name);
    console.error(error);
  }
}
console.log(`\n${machine()}\n`);
for (const line of tableOf(figures)) console.log(line);
console.log(`\nAlso as JSON: ${writeJson()}`);
if (failed.length > 0) console.error(`Not measured, see above: ${failed.join(', ')}`);
await leave(failed.length === 0 && figures.every(holds) ? 0 : 1);

function print(line: string): void {
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
  writeOwnFile(file, `${JSON.stringify({ machine: machine(), figures }, undefined, 2)}\n`);
  return file;
}

async function leave(code: number): Promise<never> {
  await closeKits();
  await cleanUp();
  process.exit(code);
}
