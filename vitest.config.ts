// The test projects, from fast and alone to real processes; every one runs on free ports.
import { availableParallelism } from 'node:os';
import { configDefaults, defineConfig } from 'vitest/config';

/** Beside its file, and in processes of its own. */
const PROCESS = '**/*.process.test.ts';
/** Many kills, long outages, every page, rare cases: what `npm run test:long` adds to `npm test`. */
const LONG = '**/*.long.test.ts';
const ROOMS = '{encores,hello-ip,stage,volatile-vs-durable}/**';

// A stage takes two cores: where there are only two, one test file at a time keeps every bound honest.
const realProcesses = {
  globalSetup: 'test/support/global-setup.ts',
  maxWorkers: availableParallelism() >= 4 ? 2 : 1,
  testTimeout: 120_000,
  hookTimeout: 120_000,
};

/** Without a stage, a lane for each core: by default vitest leaves one core idle. */
const ALL_CORES = { maxWorkers: availableParallelism() };

/** A project of real processes; each has its turn, in this order. */
const processProject = (name: string, groupOrder: number, include: string, exclude: string[] = []) => ({
  test: {
    name,
    include: [include],
    exclude: [...configDefaults.exclude, ...exclude],
    sequence: { groupOrder },
    ...realProcesses,
  },
});

export default defineConfig({
  test: {
    // Tests side by side wait for processes; more of them at once than this wait for each other.
    maxConcurrency: 4,
    projects: [
      {
        test: {
          name: 'unit',
          ...ALL_CORES,
          include: [`${ROOMS}/*.test.ts`, 'test/{,bench/,deploy/,soak/,timelines/}*.test.ts'],
          exclude: [...configDefaults.exclude, PROCESS, LONG],
        },
      },
      { test: { name: 'process', ...ALL_CORES, include: [PROCESS], sequence: { groupOrder: 1 } } },
      processProject('service', 2, 'test/service/*.test.ts', [LONG]),
      processProject('stage', 3, 'test/stage/*.test.ts', [LONG]),
      processProject('browser', 4, 'test/browser/*.test.ts', [LONG]),
      processProject('long', 5, LONG),
      processProject('slides', 6, 'test/slides/*.test.ts'),
    ],
  },
});
