// Which Temporal Service: address, namespace and credentials come from a Temporal profile.
import { type ClientConnectConfig, loadClientConnectConfig } from '@temporalio/envconfig';
import { readPort } from './settings.ts';
import { userError } from './user-error.ts';

/** What it takes to reach a namespace of a Temporal Service. */
export interface TemporalService {
  connectionOptions: ClientConnectConfig['connectionOptions'] & { address: string };
  namespace: string;
}

/**
 * The Temporal Service of the named profile, or else of the one that TEMPORAL_PROFILE names, or else of the default
 * profile; with no profile at all, the one on this machine.
 * @throws a user error when the profile cannot be read
 */
export function readProfile(profile?: string): TemporalService {
  const { connectionOptions, namespace } = loadProfile(profile);
  const address = connectionOptions.address ?? `127.0.0.1:${readPort('SERVER_PORT', 7233)}`;
  return { connectionOptions: { ...connectionOptions, address }, namespace: namespace ?? 'default' };
}

/** Whether it is one that may be killed and started here: the dev server, or whatever else listens on this machine. */
export function isOnThisMachine({ connectionOptions: { address, tls } }: TemporalService): boolean {
  return /^(127\.0\.0\.1|localhost|\[::1\]):/.test(address) && !tls;
}

function loadProfile(profile?: string): ClientConnectConfig {
  try {
    return loadClientConnectConfig({ profile });
  } catch (error) {
    // How envconfig 1.24 reacts to a file without any profile.
    if (error instanceof TypeError) return loadClientConnectConfig({ disableFile: true });
    const [reason] = String(error instanceof Error ? error.message : error).split('\n');
    throw userError(
      `The Temporal profile cannot be read: ${reason}. ` +
        'Correct TEMPORAL_PROFILE or the file it is in, or unset TEMPORAL_PROFILE and TEMPORAL_CONFIG_FILE.',
    );
  }
}
