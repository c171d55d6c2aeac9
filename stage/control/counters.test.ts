// The volatile count is the whole numbers on stdout, and nothing else that its process prints.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { expect, it, onTestFinished, vi } from 'vitest';
import { makeStageFolder } from '../processes/pid-files.ts';
import { createSupervisor, type ProcessPlan } from '../processes/supervisor.ts';
import { createCounters } from './counters.ts';

/** A Temporal Service where nothing was ever counted. */
const client = {
  withDeadline: async (_deadline: number, work: () => Promise<unknown>) => work(),
  workflow: { getHandle: () => ({ fetchHistory: async () => ({}) }), start: async () => {} },
} as unknown as Client;

it('counts only whole numbers on stdout, not what a debugger prints', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'counters '));
  makeStageFolder(folder);
  const plans = [
    planOf('durable', 'console.log("Ready")'),
    planOf('volatile', 'console.error("Debugger attached.\\n7"); console.log("Ready\\n1\\n\\n2.5\\n2")', {
      onLine: (line) => counters.onLine(line),
    }),
  ];
  const printed: string[] = [];
  const supervisor = createSupervisor(plans, { folder, print: (_name, line) => printed.push(line) });
  const counters = createCounters(supervisor);
  onTestFinished(async () => {
    await supervisor.stopAll();
    rmSync(folder, { recursive: true });
  });
  await counters.start(client);
  await vi.waitFor(() => expect(printed).toEqual(expect.arrayContaining(['7', '2'])), 10_000);
  expect(counters.report().volatile).toEqual([[1, 2]]);
});

function planOf(name: string, prints: string, more: Partial<ProcessPlan> = {}): ProcessPlan {
  const args = ['-e', `${prints}; setInterval(() => {}, 1000);`];
  return {
    name,
    command: () => ({ file: process.execPath, args, env: process.env }),
    ready: { line: 'Ready' },
    ...more,
  };
}
