// The kit's processes for a test: real, on free ports, in venue mode, in a folder of their own.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { connectionTuning } from '../../hello-ip/stage-tuning.ts';
import { ALL_PROCESSES, COUNTERS, PROCESSES, type ProcessName } from '../../stage/processes/names.ts';
import { makeStageFolder } from '../../stage/processes/pid-files.ts';
import { planStage } from '../../stage/processes/plans.ts';
import { createSupervisor, type Supervisor } from '../../stage/processes/supervisor.ts';
import { findTemporalCli } from '../../stage/processes/temporal-cli/resolve.ts';
import { readPorts } from '../../stage/settings.ts';
import { giveBundles } from './bundles.ts';
import { freePorts } from './harness.ts';

/** A running kit. */
export interface Kit extends Supervisor {
  /** Where the app is. */
  url: string;
  ports: ReturnType<typeof readPorts>;
  folder: string;
  /** Every line that its processes have printed. */
  lines: string[];
  /** Stops everything and leaves nothing behind. */
  close(): Promise<void>;
}

/** Starts the four of the talk, or those named, and waits until each is ready. */
export async function startKit(names: readonly ProcessName[] = PROCESSES): Promise<Kit> {
  const folder = await mkdtemp(join(tmpdir(), 'kit '));
  makeStageFolder(folder);
  giveBundles(folder);
  const free = await freePorts();
  const numbers = Object.entries(free).map(([variable, port]) => [variable, String(port)]);
  // Each of the processes reads its port from the environment that it inherits.
  const env = { ...process.env, ...Object.fromEntries(numbers) };
  const ports = readPorts(env);
  const cli = await findTemporalCli({ print: () => {} });
  const lines: string[] = [];
  const setup = { env, folder, ports, mode: 'venue', cli, serverIsYours: false } as const;
  const supervisor = createSupervisor(planStage(setup, [...ALL_PROCESSES, ...COUNTERS]), {
    folder,
    print: (name, line) => lines.push(`${name}: ${line}`),
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
  return { ...supervisor, url: `http://127.0.0.1:${ports.app}`, ports, folder, lines, close };
}

/** A Client of the Temporal Service on this port; close its connection. */
export function createClient(server: number): Client {
  return new Client({
    connection: Connection.lazy({ address: `127.0.0.1:${server}`, ...connectionTuning }),
  });
}
