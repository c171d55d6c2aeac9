// The history as the page's process has it: opened, at the newest schema, and verified.

import { userError } from '../../../hello-ip/support/user-error.ts';
import { type Database, openDatabase } from './database.ts';
import { migrate, verify } from './migrate.ts';

/** @throws a user error when it cannot be used, or something is missing from its schema */
export async function openHistory(folder: string): Promise<Database> {
  const database = await openDatabase(folder);
  try {
    await migrate(database);
    const missing = await verify(database);
    if (missing.length > 0)
      throw userError(
        `The schema of the history is not what it should be: ${missing.join(', ')}. Roll it back and up again: npm run pipelines rollback 0, then: npm run pipelines migrate`,
      );
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}
