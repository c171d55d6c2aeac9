// The kit's four processes for a test: real ones, on free ports, in venue mode, in a folder of their own.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { connectionTuning } from '../hello-ip/stage-tuning.ts';
import { makeStageFolder } from '../stage/leftovers.ts';
import { planStage } from '../stage/processes.ts';
import { readPorts } from '../stage/settings.ts';
import { createSupervisor, type Supervisor } from '../stage/supervisor.ts';
import { findTemporalCli } from '../stage/temporal-cli/resolve.ts';
import { COUNTERS, PROCESSES, type ProcessName } from '../stage/words.ts';
import { freePorts } from './stage/harness.ts';

/** A running kit. */
export interface Kit extends Supervisor {
  /** Where the app is. */
  url: string;
  ports: ReturnType<typeof readPorts>;
  /** All that its processes have said, a line each. */
  lines: string[];
  /** Stops everything and leaves nothing behind. */
  close(): Promise<void>;
}

/** Starts all four, or those named, and waits until each is ready. */
export async function startKit(names: readonly ProcessName[] = PROCESSES): Promise<Kit> {
  const folder = await mkdtemp(join(tmpdir(), 'kit '));
  makeStageFolder(folder);
  const free = await freePorts();
  const numbers = Object.entries(free).map(([variable, port]) => [variable, String(port)]);
  // Each of the processes reads its port from the environment that it inherits.
  const env = { ...process.env, ...Object.fromEntries(numbers) };
  const ports = readPorts(env);
  const cli = await findTemporalCli({ say: () => {} });
  const lines: string[] = [];
  const surroundings = { env, folder, ports, mode: 'venue', cli, serverIsYours: false } as const;
  const supervisor = createSupervisor(planStage(surroundings, [...PROCESSES, ...COUNTERS]), {
    folder,
    say: (name, line) => lines.push(`${name}: ${line}`),
  });
  async function close(): Promise<void> {
    await supervisor.stopAll();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
  try {
    await Promise.all(names.map((name) => supervisor.start(name)));
  } catch (error) {
    await close();
    throw error;
  }
  return { ...supervisor, url: `http://127.0.0.1:${ports.app}`, ports, lines, close };
}

/** A Client of the Temporal Service on this port; close its connection. */
export function createClient(server: number): Client {
  return new Client({
    connection: Connection.lazy({ address: `127.0.0.1:${server}`, ...connectionTuning }),
  });
}
