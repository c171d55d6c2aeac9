// Connects to the Temporal Service of the stage, whatever Temporal profile the presenter has.
import type { Client } from '@temporalio/client';
import { createClient } from '../../hello-ip/support/connection.ts';
import { readProfile, type TemporalService } from '../../hello-ip/support/profile.ts';
import { codeOf, troubleOf } from '../../hello-ip/support/service-error.ts';
import { userError } from '../../hello-ip/support/user-error.ts';
import { webUiAddress } from '../../hello-ip/web/web-ui.ts';
import { readPorts } from '../settings.ts';
import { type StageStatus, stageStatus } from './client.ts';

/** What is needed to find a stage's Temporal Service. */
type ServicePlace = Pick<StageStatus, 'profile' | 'service' | 'ports'>;

/**
 * A Client of the stage's own Temporal Service, or of that of the profile that the stage was started with.
 * @throws a user error when that profile leads somewhere else in this terminal than on the stage
 */
export function createStageClient(status?: ServicePlace): Client {
  return createClient(serviceOf(status));
}

function serviceOf(status?: ServicePlace): TemporalService {
  if (!status) return serviceOnThisMachine(readPorts().server);
  const { profile, service, ports } = status;
  if (!profile) return serviceOnThisMachine(ports.server);
  const here = readProfile(profile);
  const { address } = here.connectionOptions;
  if (address === service.address && here.namespace === service.namespace) return here;
  throw userError(
    `The profile "${profile}" leads to ${address}, namespace ${here.namespace}, in this terminal, and to ` +
      `${service.address}, namespace ${service.namespace}, on the stage. Set TEMPORAL_* here as in the terminal of npm start.`,
  );
}

function serviceOnThisMachine(port: number): TemporalService {
  return { connectionOptions: { address: `127.0.0.1:${port}` }, namespace: 'default' };
}

/** The Web UI of the stage's Temporal Service, without a trailing slash. */
export function webUiOf(status?: StageStatus): string {
  if (status?.profile) return webUiAddress(status.service.address);
  return `http://127.0.0.1:${(status?.ports ?? readPorts()).ui}`;
}

/**
 * Lets `work` use a Client and closes its connection afterwards.
 * @throws a user error when the Temporal Service does not answer, or refuses
 */
export async function withClient<T>(work: (client: Client) => Promise<T>, known?: StageStatus): Promise<T> {
  const client = createStageClient(known ?? (await stageStatus()));
  try {
    return await work(client);
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    throw userError(troubleOf(error) ?? `The Temporal Service ${await whatAwakensIt()}`);
  } finally {
    await client.connection.close();
  }
}

/** A frozen one accepts every call and answers none: it must be thawed, not started. */
async function whatAwakensIt(): Promise<string> {
  const server = (await stageStatus())?.processes.find(({ name }) => name === 'server');
  return server?.frozen
    ? 'is frozen and does not answer. Thaw it: npm run stage thaw server'
    : 'does not answer. Start it: npm run stage start server, or: npm run server';
}
