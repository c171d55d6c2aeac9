// The folders and ports of the stage, read from the environment.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readPort } from '../hello-ip/support/settings.ts';

/** The folder of this clone, absolute. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Where the stage keeps what outlives its processes (database, pids, bundle); tests point it elsewhere. */
export function stageFolder(env: NodeJS.ProcessEnv = process.env): string {
  return env.STAGE_FOLDER || join(ROOT, '.stage');
}

/** The ports of the stage, each set by one environment variable. */
export function readPorts(env: NodeJS.ProcessEnv = process.env) {
  return {
    server: readPort('SERVER_PORT', 7233, env),
    ui: readPort('UI_PORT', 8080, env),
    app: readPort('APP_PORT', 8000, env),
    control: readPort('CONTROL_PORT', 8001, env),
    network: readPort('NETWORK_PORT', 8002, env),
    platform: readPort('PLATFORM_PORT', 8003, env),
    backstage: readPort('BACKSTAGE_PORT', 8004, env),
    releases: readPort('ENCORE_PORT', 8010, env),
    pipelines: readPort('PIPELINES_PORT', 8011, env),
  };
}
