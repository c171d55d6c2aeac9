// The attendee's install, and the first npm start after it, with what takes the time.
import { execFile } from 'node:child_process';
import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { copyOfClone, newFolder, run } from '../../support/harness.ts';
import { quantile } from '../figures.ts';
import type { Row } from '../names.ts';

const RUNS = 5;
const MB = 1024 * 1024;
const READY = [
  'Temporal Service ready',
  'Network ready',
  'App ready',
  'Worker ready',
  'Ctrl-C stops all of it',
];

export const row: Row = {
  name: 'install',
  async measure(print) {
    const root = copyOfClone();
    const modules = join(root, 'node_modules');
    const seconds: number[] = [];
    for (let number = 0; number < RUNS; number += 1) {
      rmSync(modules, { recursive: true, force: true });
      const begun = performance.now();
      await promisify(execFile)('npm', ['ci', '--no-audit', '--no-fund'], { cwd: root });
      seconds.push((performance.now() - begun) / 1000);
      print(`installed in ${seconds.at(-1)?.toFixed(1)} s`);
    }
    const { bytes, files } = sizeOf(modules);
    const starts: number[][] = [];
    for (let number = 0; number < RUNS; number += 1) {
      starts.push(await startCold(root));
      print(`ready after ${starts.at(-1)?.at(-1)?.toFixed(1)} s`);
    }
    const parts = READY.slice(0, -1).map((words, index) => {
      const median = quantile(
        starts.map((times) => times[index] ?? 0),
        0.5,
      );
      return `${words.toLowerCase()} at ${median.toFixed(1)} s`;
    });
    return [
      { what: "Install, npm's cache filled", unit: 's', runs: seconds, of: 'median', most: { plus: 60 } },
      { what: 'Install on disk', unit: 'MB', runs: [bytes / MB], of: 'max', most: { plus: 450 } },
      { what: 'Install', unit: 'files', runs: [files], of: 'max', most: { plus: 20_000 } },
      {
        what: 'npm start in a new clone, Temporal CLI present, to ready',
        unit: 's',
        runs: starts.map((times) => times.at(-1) ?? Number.NaN),
        of: 'max',
        most: { plus: 6 },
        note: parts.join(', '),
      },
    ];
  },
};

/** Seconds from the spawn to each of the lines that tell that something is ready. */
async function startCold(root: string): Promise<number[]> {
  const begun = performance.now();
  const stage = await run('stage/commands/start.ts', ['venue'], { root, folder: newFolder() });
  const times = await Promise.all(
    READY.map(async (words) => {
      await stage.untilSaid(words);
      return (performance.now() - begun) / 1000;
    }),
  );
  await stage.leave('SIGINT');
  return times;
}

function sizeOf(folder: string): { bytes: number; files: number } {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const bytes = entries.map(({ parentPath, name }) => statSync(join(parentPath, name)).size);
  return { bytes: bytes.reduce((sum, size) => sum + size, 0), files: bytes.length };
}
