// The test projects, from fast and alone to real processes; every one runs on free ports.
import { defineConfig } from 'vitest/config';

// Real processes share two cores: one test file at a time keeps every bound honest.
const oneAtATime = { fileParallelism: false, testTimeout: 120_000, hookTimeout: 600_000 };

export default defineConfig({
  test: {
    globalSetup: 'test/global-setup.ts',
    projects: [
      { test: { name: 'unit', include: ['{hello-ip,stage,volatile-vs-durable}/**/*.test.ts'] } },
      { test: { name: 'service', include: ['test/service/*.test.ts'], ...oneAtATime } },
      { test: { name: 'stage', include: ['test/stage/*.test.ts'], ...oneAtATime } },
      { test: { name: 'browser', include: ['test/browser/*.test.ts'], ...oneAtATime } },
    ],
  },
});
