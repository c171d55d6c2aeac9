// PgBouncer between the hosts and PostgreSQL: many connections of the hosts share few of the database.
import { chownSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { IP } from '../../encores/cluster/layout.ts';
import { pooled } from '../../encores/cluster/pooling.ts';
import type { DatabasePlace } from '../../encores/cluster/server-config.ts';
import { userError } from '../../hello-ip/support/user-error.ts';
import { writeOwnFile } from '../processes/own-files.ts';
import type { ProcessPlan } from '../processes/supervisor.ts';
import { findOnPath } from '../processes/temporal-cli/version.ts';
import { owner, plainEnv, postgresAnswers } from './postgres.ts';

/** Debian puts it where only root's PATH leads. */
const DEBIAN = '/usr/sbin/pgbouncer';

/** @throws a user error when it is not installed */
export async function findPgBouncer(): Promise<string> {
  const [path = DEBIAN] = await findOnPath('pgbouncer', process.env);
  const { failed } = await execa(path, ['--version'], { reject: false, timeout: 10_000 });
  if (!failed) return path;
  throw userError(
    'PgBouncer is not installed. Install it: apt-get install pgbouncer, or brew install pgbouncer',
  );
}

/** @param setup where it listens, and the PostgreSQL behind it */
export function planPgBouncer(setup: {
  program: string;
  folder: string;
  port: number;
  database: DatabasePlace;
}): ProcessPlan {
  const { program, folder, port, database } = setup;
  const config = join(folder, 'pgbouncer.ini');
  const users = join(folder, 'pgbouncer-users.txt');
  return {
    name: 'pgbouncer',
    command: () => {
      const files = pooled({ port, database, users });
      writeOwnFile(users, files.users);
      writeOwnFile(config, files.config);
      // It refuses root, as PostgreSQL does.
      if (owner.uid) for (const path of [users, config]) chownSync(path, owner.uid, owner.gid);
      return { file: program, args: [config], env: plainEnv(), ...owner };
    },
    ready: {
      look: async () => existsSync(config) && (await postgresAnswers({ host: IP, port })),
      announce: `PgBouncer ready: ${IP}:${port}, in transaction mode`,
    },
    silent: true,
    stopSignal: 'SIGINT',
  };
}
