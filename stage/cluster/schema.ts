// The two databases of the Temporal Service, and their schemas, by its own tool; harmless when done again.
import { execa } from 'execa';
import { DATABASES, type DatabasePlace } from '../../encores/cluster/server-config.ts';
import { userError } from '../../hello-ip/support/user-error.ts';

const SCHEMAS = { temporal: 'postgresql/v12/temporal', visibility: 'postgresql/v12/visibility' } as const;

/** Creates what is not there, and brings both schemas up. @throws a user error with the tool's last words */
export async function setUpSchemas(sqlTool: string, place: DatabasePlace): Promise<void> {
  for (const [key, database] of Object.entries(DATABASES)) {
    const run = (...words: string[]) => runTool(sqlTool, place, ['--db', database, ...words]);
    await run('create-database');
    await run('setup-schema', '-v', '0.0');
    await run('update-schema', '--schema-name', SCHEMAS[key as keyof typeof SCHEMAS]);
  }
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
