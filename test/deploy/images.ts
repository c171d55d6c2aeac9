// What stands for each image where there is no Docker: the same program, installed or built here, with the configuration that the image would make.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { pooled } from '../../encores/cluster/pooling.ts';
import { initPostgres, owner, postgresProgram } from '../../stage/cluster/postgres.ts';
import { newFolder } from '../support/harness.ts';
import { searchCommand } from '../support/search.ts';
import { type Container, PASSWORD } from './manifests.ts';

/** Where the programs are that are found neither on PATH nor in this clone. */
export interface Installed {
  ui: string;
  pgbouncer: string;
  /** The folder of Elasticsearch's libraries. */
  libraries: string;
}

/** What a container comes down to. */
export interface Runs {
  command: readonly string[];
  env: Record<string, string>;
  asNobody?: boolean;
}

const LOOKUPS_FROM = 9000;
let workers = 0;

/** @param address of the container; each listens on its own, since all of them share one machine */
export async function programOf(container: Container, address: string, installed: Installed): Promise<Runs> {
  const { image, command, env } = container;
  if (/^postgres/.test(image)) return postgres(address);
  if (image.includes('pgbouncer')) return pgbouncer(env, address, installed);
  if (image.includes('elasticsearch')) return elasticsearch(installed);
  if (image.includes('temporalio/ui')) return webUi(env, installed);
  if (/kit|\/Dockerfile/.test(image)) return command.length > 0 ? { command, env } : kitWorker(env);
  return { command: command.length > 0 ? command : ['/etc/temporal/entrypoint.sh'], env };
}

async function postgres(address: string): Promise<Runs> {
  const folder = join(newFolder(), 'cluster');
  const data = await initPostgres(folder);
  const settings = [`listen_addresses=${address}`, 'unix_socket_directories=', 'max_connections=300'];
  const words = ['-D', data, '-p', '5432', ...settings.flatMap((setting) => ['-c', setting])];
  return { command: [postgresProgram(folder, 'postgres'), ...words], env: {}, asNobody: true };
}

/** As https://github.com/edoburu/docker-pgbouncer makes its configuration of the variables. */
function pgbouncer(env: Record<string, string>, address: string, { pgbouncer: program }: Installed): Runs {
  const { DB_HOST: host = '', DB_PORT: port = '5432', DB_USER: user = '' } = env;
  const folder = newFolder();
  const users = join(folder, 'users.txt');
  const files = pooled({
    port: 5432,
    database: { host, port: Number(port), user, password: PASSWORD },
    users,
  });
  const settings = {
    listen_addr: address,
    pool_mode: env.POOL_MODE,
    auth_type: env.AUTH_TYPE,
    default_pool_size: env.DEFAULT_POOL_SIZE,
    max_client_conn: env.MAX_CLIENT_CONN,
    ignore_startup_parameters: env.IGNORE_STARTUP_PARAMETERS,
  };
  let config = files.config;
  for (const [key, value] of Object.entries(settings))
    config = config.replace(new RegExp(`^${key} = .*`, 'm'), `${key} = ${value}`);
  writeFileSync(users, files.users);
  writeFileSync(join(folder, 'pgbouncer.ini'), config);
  execFileSync('chown', ['-R', `${owner.uid}:${owner.gid}`, folder]);
  return { command: [program, join(folder, 'pgbouncer.ini')], env: {}, asNobody: true };
}

function elasticsearch({ libraries }: Installed): Runs {
  return { command: [...searchCommand('elasticsearch', libraries), newFolder(), '0.0.0.0', '9200'], env: {} };
}

function webUi({ TEMPORAL_ADDRESS }: Record<string, string>, { ui }: Installed): Runs {
  const folder = newFolder();
  const config = { temporalGrpcAddress: TEMPORAL_ADDRESS, host: '0.0.0.0', port: 8080, enableUi: true };
  writeFileSync(join(folder, 'ui.yaml'), stringify({ ...config, disableNewsFetch: true }));
  return { command: [ui, '--root', folder, '--config', '.', '--env', 'ui', 'start'], env: {} };
}

/** It asks the internet, which here is the network switch in venue mode. */
function kitWorker(env: Record<string, string>): Runs {
  workers += 1;
  const NETWORK_PORT = String(LOOKUPS_FROM + workers);
  const [no_proxy = ''] = (env.TEMPORAL_ADDRESS ?? '').split(':');
  const proxy = { NETWORK_PORT, http_proxy: `http://127.0.0.1:${NETWORK_PORT}`, no_proxy };
  const both =
    'node stage/run.cjs stage/network/process.ts venue & exec node stage/run.cjs hello-ip/worker.ts';
  return { command: ['sh', '-c', both], env: { ...env, ...proxy } };
}
