// The test projects, from fast and alone to real processes; every one runs on free ports.
import { defineConfig } from 'vitest/config';

// Real processes share two cores: one test file at a time keeps every bound honest.
const realProcesses = {
  globalSetup: 'test/global-setup.ts',
  fileParallelism: false,
  testTimeout: 120_000,
  hookTimeout: 120_000,
};

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{hello-ip,stage,volatile-vs-durable}/**/*.test.ts', 'test/bench/*.test.ts'],
        },
      },
      {
        test: {
          name: 'service',
          include: ['test/service/*.test.ts'],
          sequence: { groupOrder: 1 },
          ...realProcesses,
        },
      },
      {
        test: {
          name: 'stage',
          include: ['test/stage/*.test.ts'],
          sequence: { groupOrder: 2 },
          ...realProcesses,
        },
      },
      {
        test: {
          name: 'browser',
          include: ['test/browser/*.test.ts'],
          sequence: { groupOrder: 3 },
          ...realProcesses,
        },
      },
      {
        test: {
          name: 'slides',
          include: ['test/slides/*.test.ts'],
          sequence: { groupOrder: 4 },
          ...realProcesses,
        },
      },
    ],
  },
});
