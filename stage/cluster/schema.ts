// The two databases of the Temporal Service, and their schemas, by its own tool; harmless when done again.
import { execa } from 'execa';
import { DATABASES, type DatabasePlace } from '../../encores/cluster/server-config.ts';
import { SCHEMA_VERSIONS, SERVER_VERSION } from '../../encores/cluster/versions.ts';
import { userError } from '../../hello-ip/support/user-error.ts';
import { schemaVersion } from './database.ts';

type Key = keyof typeof DATABASES;

const SCHEMAS = { temporal: 'postgresql/v12/temporal', visibility: 'postgresql/v12/visibility' } as const;

/** Creates what is not there, and brings both schemas up. @throws a user error with the tool's last words */
export async function setUpSchemas(sqlTool: string, place: DatabasePlace): Promise<void> {
  for (const key of Object.keys(DATABASES) as Key[]) await refuseNewer(place, key);
  for (const [key, database] of Object.entries(DATABASES)) {
    const run = (...words: string[]) => runTool(sqlTool, place, ['--db', database, ...words]);
    await run('create-database');
    await run('setup-schema', '-v', '0.0');
    await run('update-schema', '--schema-name', SCHEMAS[key as Key]);
  }
}

/** The tool leaves a newer schema as it is, and the server would start on what it does not know. */
async function refuseNewer(place: DatabasePlace, key: Key): Promise<void> {
  const version = await schemaVersion(place, key).catch((error: Error) => {
    throw userError(
      `PostgreSQL at ${place.host}:${place.port} cannot be asked for its databases: ${error.message || 'no answer'}. Correct CLUSTER_DATABASE_URL, or start afresh: npm run cluster reset`,
    );
  });
  if (version === undefined || !isNewer(version, SCHEMA_VERSIONS[key])) return;
  throw userError(
    `The schema of ${DATABASES[key]} is ${version}, and Temporal Server ${SERVER_VERSION} knows ${SCHEMA_VERSIONS[key]}. Use the newer server, or start afresh: npm run cluster reset`,
  );
}

/** Versions are compared by their numbers: 1.19 is newer than 1.9. */
export function isNewer(version: string, known: string): boolean {
  return version.localeCompare(known, 'en', { numeric: true }) > 0;
}

async function runTool(
  sqlTool: string,
  { host, port, user, password }: DatabasePlace,
  words: string[],
): Promise<void> {
  const where = ['--plugin', 'postgres12', '--ep', host, '-p', String(port), '-u', user, '--pw', password];
  const { failed, all = '' } = await execa(sqlTool, [...where, ...words], { all: true, reject: false });
  const said = String(all);
  // What is there already is said as an error.
  if (!failed || /already exists/.test(said)) return;
  const reason = /"error":"([^"]+)"/.exec(said)?.[1] ?? said.trim().split('\n').at(-1);
  throw userError(
    `The schema of the cluster cannot be set up (${words.slice(2).join(' ')}): ${reason}. Start afresh: npm run cluster reset`,
  );
}
