// What npm run pipelines does with the history: install it, bring its schema up and back, and ask its owner about it.
import { join } from 'node:path';
import { type Database, openDatabase } from '../../encores/pipelines/history/database.ts';
import { migrate, NEWEST, rollback, verify } from '../../encores/pipelines/history/migrate.ts';
import { linesOfReport, type Report } from '../../encores/pipelines/history/report.ts';
import { askApi } from '../../encores/pipelines/web/ask.ts';
import { userError } from '../../hello-ip/support/user-error.ts';
import { installPackages } from '../processes/install.ts';
import { ROOT, stageFolder } from '../settings.ts';

const FOLDER = join(ROOT, 'encores', 'pipelines', 'history');

type Print = (line: string) => void;

/** @throws a user error when npm fails */
export async function installHistory(print: Print): Promise<void> {
  await installPackages(FOLDER, { what: 'The history of the pipelines', size: 'about 40 MB, once', print });
}

/** @returns whether nothing is missing @throws a user error */
export async function changeSchema(
  order: { do: 'migrate' | 'verify' | 'rollback'; version?: number },
  print: Print,
): Promise<boolean> {
  await installHistory(print);
  const database = await openDatabase(stageFolder());
  try {
    if (order.do === 'verify') return await sayMissing(database, print);
    const { version = NEWEST } = order;
    const steps = order.do === 'migrate' ? await migrate(database) : await rollback(database, version);
    for (const step of steps) print(`  ${step}`);
    print(`[${order.do}] Done: ${database.kind}, schema version ${version}.`);
    return true;
  } finally {
    await database.close();
  }
}

async function sayMissing(database: Database, print: Print): Promise<boolean> {
  const missing = await verify(database);
  for (const each of missing) print(`  missing: ${each}`);
  print(
    missing.length > 0
      ? '[verify] The schema is not complete. Bring it up: npm run pipelines migrate'
      : `[verify] Done: ${database.kind}, nothing is missing.`,
  );
  return missing.length === 0;
}

/** @param page the address of the page, which owns the history @throws a user error */
export async function report(page: string, print: Print): Promise<void> {
  for (const line of linesOfReport((await ask(page, '/api/v1/report')) as Report)) print(line);
}

/** @throws a user error */
export async function rebuildHistory(page: string, print: Print): Promise<void> {
  const { runs } = (await ask(page, '/api/v1/history/rebuild', 'POST')) as { runs: number };
  print(`[rebuild-history] Done: ${runs} runs.`);
}

async function ask(page: string, path: string, method = 'GET'): Promise<unknown> {
  const answer = await askApi(page, path, { method });
  if (!answer)
    throw userError(
      'The owner of the history is not up. Start it: npm run stage start pipelines-page, or: npm run pipelines',
    );
  const said = await answer.json();
  if (answer.ok) return said;
  // Where the history is not installed, it has no routes.
  if (answer.status === 404)
    throw userError(
      'No history is kept. Install it and start its owner anew: npm run pipelines, then: npm run stage restart pipelines-page',
    );
  throw userError((said as { detail: string }).detail);
}
