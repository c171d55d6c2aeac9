// Which Temporal Service: address, namespace and credentials come from the Temporal profile in force.
import { type ClientConnectConfig, loadClientConnectConfig } from '@temporalio/envconfig';
import { readPort } from './settings.ts';
import { userError } from './user-error.ts';

const { connectionOptions: options, namespace: name } = loadProfile();

/** For any connection; without a profile it leads to this machine. */
export const connectionOptions = {
  ...options,
  address: options.address ?? `127.0.0.1:${readPort('SERVER_PORT', 7233)}`,
};
export const namespace = name ?? 'default';

function loadProfile(): ClientConnectConfig {
  try {
    return loadClientConnectConfig();
  } catch (error) {
    // How envconfig 1.24 takes a file without any profile.
    if (error instanceof TypeError) return loadClientConnectConfig({ disableFile: true });
    const [reason] = String(error instanceof Error ? error.message : error).split('\n');
    throw userError(
      `The Temporal profile cannot be read: ${reason}. ` +
        'Correct TEMPORAL_PROFILE or the file it is in, or unset TEMPORAL_PROFILE and TEMPORAL_CONFIG_FILE.',
    );
  }
}
