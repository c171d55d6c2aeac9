// A stage on the Temporal Service of a profile, for its tests: one server with a namespace for each of two profiles.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { copyOfClone, freePorts, newFolder, type Program, run, until } from './harness.ts';
import { createClient } from './kit.ts';

const NAMESPACES = ['company', 'far'];
/** Verbs that go on until Ctrl-C, and what they say once they are at work. */
const ENDLESS: Record<string, string> = { watch: 'durable', run: 'Worker ready' };

/** The stage of the profile "far", in a terminal whose default profile is the company's. */
export interface ProfileStage {
  stage: Program;
  /** Where the Temporal Service of both profiles is. */
  address: string;
  /** What the presenter has set in every terminal. */
  env: NodeJS.ProcessEnv;
  /** Runs one of the kit's commands in another terminal; with Ctrl-C where it would go on for ever. */
  command(
    file: string,
    words: string[],
    options?: { env?: NodeJS.ProcessEnv },
  ): Promise<{ code: number | null; said: string }>;
  /** The types of the Workflow Executions in a namespace. */
  executionsIn(namespace: string): Promise<string[]>;
  /** Closes the connection; cleanUp ends the processes. */
  close(): Promise<void>;
}

export async function startProfileStage(): Promise<ProfileStage> {
  const server = await run('stage/commands/server.ts');
  await server.untilSaid('Temporal Service ready');
  const address = `127.0.0.1:${server.ports.SERVER_PORT}`;
  const client = createClient(server.ports.SERVER_PORT);
  for (const namespace of NAMESPACES) await register(client, namespace);
  const env = { TEMPORAL_CONFIG_FILE: writeProfiles(address) };
  const root = copyOfClone();
  const stage = await run('stage/commands/start.ts', ['venue', 'profile', 'far'], { env, root });
  await stage.untilSaid('Ctrl-C stops all of it');
  const command: ProfileStage['command'] = async (file, words, options = {}) => {
    // No port is set in this terminal: they are the stage's to tell.
    const ports = await freePorts();
    const program = await run(file, words, { root, folder: stage.folder, ports, env, ...options });
    const endless = ENDLESS[words[0] ?? ''];
    if (endless) await program.untilSaid(endless).then(() => program.leave());
    const { code } = await program.ended();
    return { code, said: program.output() };
  };
  return {
    stage,
    address,
    env,
    command,
    executionsIn: (namespace) => executionsIn(client, namespace),
    close: () => client.connection.close(),
  };
}

function writeProfiles(address: string): string {
  const file = join(newFolder(), 'temporal.toml');
  const profiles = { default: 'company', far: 'far' };
  const tables = Object.entries(profiles).map(
    ([profile, namespace]) => `[profile.${profile}]\naddress = "${address}"\nnamespace = "${namespace}"\n`,
  );
  writeFileSync(file, tables.join(''));
  return file;
}

async function register(client: Client, namespace: string): Promise<void> {
  const workflowExecutionRetentionPeriod = { seconds: 86_400 as never };
  await client.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod });
  await until(() =>
    executionsIn(client, namespace).then(
      () => true,
      () => false,
    ),
  );
}

async function executionsIn(client: Client, namespace: string): Promise<string[]> {
  const { executions } = await client.workflowService.listWorkflowExecutions({ namespace });
  return executions.map(({ type }) => type?.name ?? '');
}
