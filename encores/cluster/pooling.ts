// The configuration of PgBouncer in front of the databases of a Temporal Service.
import { IP } from './layout.ts';
import type { DatabasePlace } from './server-config.ts';

/** Of each database; the hosts may ask for more, and then wait for each other. */
const CONNECTIONS = 40;
/** More than sixteen hosts ask for, with 14 connections each. */
const MOST_CLIENTS = 500;

/** Its two files: the configuration, and the list of users with their passwords. */
export function pooled(place: { port: number; database: DatabasePlace; users: string }): {
  config: string;
  users: string;
} {
  const { port, database, users } = place;
  const config = `[databases]
* = host=${database.host} port=${database.port}

[pgbouncer]
listen_addr = ${IP}
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${users}
admin_users = ${database.user}
; A connection is given back after each transaction, so the hosts must not keep prepared statements in it:
; their configuration says binary_parameters.
pool_mode = transaction
default_pool_size = ${CONNECTIONS}
max_client_conn = ${MOST_CLIENTS}
ignore_startup_parameters = extra_float_digits
`;
  return { config, users: `${quoted(database.user)} ${quoted(database.password)}\n` };
}

const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
