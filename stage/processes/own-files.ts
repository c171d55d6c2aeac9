// Writes the files in the stage's folder: atomically, for this user only, and never through a link.
import { randomBytes } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { userError } from '../../hello-ip/support/user-error.ts';

const OWNER_ONLY = { file: 0o600, folder: 0o700 };
const STICKY = 0o1000; // how a shared folder is marked, such as /tmp

/**
 * Makes a folder for this user only, or takes away the rights of all others to it.
 * @throws a user error when it is shared with others, or is not this user's to change
 */
export function makeOwnFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: OWNER_ONLY.folder });
  if (process.platform === 'win32') return; // a folder there inherits the rights of its parent
  const isShared = (statSync(folder).mode & STICKY) !== 0;
  const problem = isShared ? 'it is shared' : whyNotClosed(folder);
  if (!problem) return;
  throw userError(
    `The stage's folder ${folder} cannot be closed to other users (${problem}). Set STAGE_FOLDER to a folder of your own.`,
  );
}

function whyNotClosed(folder: string): string | undefined {
  try {
    chmodSync(folder, OWNER_ONLY.folder);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  }
}

/**
 * Replaces a file in the stage's folder, and makes the folder if it was removed.
 * @throws a user error when there is a folder in place of the file
 */
export function writeOwnFile(path: string, text: string): void {
  const made = `${path}.${randomBytes(8).toString('hex')}`;
  mkdirSync(dirname(path), { recursive: true, mode: OWNER_ONLY.folder });
  try {
    createOwnFile(made, text);
    renameSync(made, path); // replaces a link, where writing would follow it
  } catch (error) {
    rmSync(made, { force: true });
    if (!isFolder(path)) throw error;
    throw userError(`${path} is a folder, but the stage keeps a file there. Remove it: rm -r '${path}'`);
  }
}

/** Creates a new file. Throws EEXIST if anything is there, even a dangling link. */
export function createOwnFile(path: string, text: string): void {
  writeFileSync(path, text, { flag: 'wx', mode: OWNER_ONLY.file });
}

function isFolder(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
