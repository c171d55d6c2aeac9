// Seals the stage off: what its processes may inherit, so that no Temporal profile or proxy of the user's interferes.
import { join } from 'node:path';
import { loadClientConfig } from '@temporalio/envconfig';
import { userError } from '../../hello-ip/support/user-error.ts';
import { writeOwnFile } from './own-files.ts';

type Env = NodeJS.ProcessEnv;

/**
 * How a debugger or a loader gets into every Node process below it, each with a port and a line on stderr. A process
 * in its own terminal (npm run worker) keeps them; the stage's processes do not.
 */
const NODE_STEERING = /^(NODE_OPTIONS|NODE_INSPECT_RESUME_ON_START|VSCODE_INSPECTOR_OPTIONS)$/i;
const PROXY_VARIABLE = /^(https?|all|no|grpc|no_grpc)_proxy$/i;

/**
 * The environment of a process that talks to the stage's own Temporal Service: it inherits nothing that begins with
 * TEMPORAL_ or steers Node, and has the stage's profile instead of the user's. Its file is never empty: envconfig
 * 1.24 stumbles over that.
 */
export function sealedEnv(env: Env, folder: string, serverPort: number): Env {
  const profile = join(folder, 'temporal.toml');
  writeOwnFile(profile, `[profile.default]\naddress = "127.0.0.1:${serverPort}"\nnamespace = "default"\n`);
  return { ...drop(drop(env, NODE_STEERING), /^TEMPORAL_/i), TEMPORAL_CONFIG_FILE: profile };
}

/**
 * The environment of a process that talks to another Temporal Service, because the user asked for it.
 * @throws a user error when the user has no such profile, or a file of profiles that cannot be read.
 */
export function profileEnv(env: Env, profile: string): Env {
  const known = profilesOf(env);
  if (known.includes(profile)) return { ...drop(env, NODE_STEERING), TEMPORAL_PROFILE: profile };
  throw userError(
    `There is no Temporal profile "${profile}"${known.length ? `; yours are: ${known.join(', ')}` : ''}. ` +
      `Use one of yours, or create it: temporal --profile ${profile} config set --prop address --value <host:port>`,
  );
}

/** For the Worker: its lookups go through the network switch, whatever proxy the user has. */
export function throughNetwork(env: Env, networkPort: number): Env {
  return { ...withoutProxies(env), http_proxy: `http://127.0.0.1:${networkPort}` };
}

/** For what talks only to 127.0.0.1: gRPC would tunnel even that through the user's proxy. */
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
    if (error instanceof TypeError) return []; // how envconfig 1.24 takes a file without profiles
    throw userError(
      `Your Temporal profiles cannot be read (${error instanceof Error ? error.message.split('\n')[0] : error}). ` +
        `Correct ${env.TEMPORAL_CONFIG_FILE ?? 'the file that "temporal config list" reads'}.`,
    );
  }
}
