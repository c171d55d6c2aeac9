// Seals the stage off: what its processes may inherit, so that nobody's Temporal profile or proxy steers the show.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadClientConfig } from '@temporalio/envconfig';
import { userError } from '../hello-ip/user-error.ts';

type Env = NodeJS.ProcessEnv;

const PROXY_VARIABLE = /^(https?|all|no|grpc|no_grpc)_proxy$/i;

/**
 * The environment of a process that talks to the stage's own Temporal Service: nothing inherited that begins
 * with TEMPORAL_, and a profile of the stage's in place of the user's. It is never an empty file: envconfig 1.24
 * stumbles over one.
 */
export function sealedEnv(env: Env, folder: string, serverPort: number): Env {
  const profile = join(folder, 'temporal.toml');
  writeFileSync(profile, `[profile.default]\naddress = "127.0.0.1:${serverPort}"\nnamespace = "default"\n`);
  return { ...drop(env, /^TEMPORAL_/i), TEMPORAL_CONFIG_FILE: profile };
}

/**
 * The environment of a process that talks to another Temporal Service, because the user said so.
 * @throws a user's error when the user has no such profile, or a file of profiles that cannot be read.
 */
export function profileEnv(env: Env, profile: string): Env {
  const known = profilesOf(env);
  if (known.includes(profile)) return { ...env, TEMPORAL_PROFILE: profile };
  throw userError(
    `There is no Temporal profile "${profile}"${known.length ? `; there are: ${known.join(', ')}` : ''}. ` +
      `Use one of yours, or make it: temporal --profile ${profile} config set --prop address --value <host:port>`,
  );
}

/** For the Worker: its lookups go through the network switch, whatever proxy the user has. */
export function throughNetwork(env: Env, networkPort: number): Env {
  return { ...withoutProxies(env), http_proxy: `http://127.0.0.1:${networkPort}` };
}

/** For what talks to 127.0.0.1 only: gRPC would tunnel even that through a proxy of the user's. */
export function withoutProxies(env: Env): Env {
  return drop(env, PROXY_VARIABLE);
}

function drop(env: Env, unwanted: RegExp): Env {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !unwanted.test(name)));
}

function profilesOf(env: Env): string[] {
  try {
    return Object.keys(loadClientConfig({ overrideEnvVars: env as Record<string, string> }).profiles ?? {});
  } catch (error) {
    if (error instanceof TypeError) return []; // how envconfig 1.24 takes a file without any profile
    throw userError(
      `Your Temporal profiles cannot be read (${error instanceof Error ? error.message.split('\n')[0] : error}). ` +
        `Correct ${env.TEMPORAL_CONFIG_FILE ?? 'the file that "temporal config list" reads'}.`,
    );
  }
}
