// The stage's own way to its Temporal Service, past whatever Temporal profile the presenter has.
import { Client, Connection, isGrpcServiceError } from '@temporalio/client';
import { connectionTuning } from '../hello-ip/stage-tuning.ts';
import { userError } from '../hello-ip/user-error.ts';
import { type StageStatus, stageStatus } from './ask.ts';
import { readPorts } from './settings.ts';

/** The Client that fits: of the stage's own Service, or of the profile that the stage was started with. */
export async function createStageClient(status?: StageStatus): Promise<Client> {
  if (status?.profile) {
    // Imported here, because it reads the profile when it is imported.
    process.env.TEMPORAL_PROFILE = status.profile;
    return (await import('../hello-ip/client.ts')).createClient();
  }
  const { server } = status?.ports ?? readPorts();
  // gRPC would tunnel even 127.0.0.1 through a proxy of the presenter's.
  const channelArgs = { ...connectionTuning.channelArgs, 'grpc.enable_http_proxy': 0 };
  const address = `127.0.0.1:${server}`;
  return new Client({ connection: Connection.lazy({ ...connectionTuning, address, channelArgs }) });
}

/**
 * Lets `work` use a Client and closes its connection afterwards.
 * @throws a user's error when the Temporal Service does not answer
 */
export async function withClient<T>(work: (client: Client) => Promise<T>, known?: StageStatus): Promise<T> {
  const client = await createStageClient(known ?? (await stageStatus()));
  try {
    return await work(client);
  } catch (error) {
    const reason = error instanceof Error && error.cause ? error.cause : error;
    if (!isGrpcServiceError(reason)) throw error;
    throw userError(
      'The Temporal Service does not answer. Start it: npm run stage start server, or: npm run server',
    );
  } finally {
    await client.connection.close();
  }
}
