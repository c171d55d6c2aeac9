// What a `temporal` binary says about itself, and whether that is new enough for this kit.
import { stat } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { execa } from 'execa';

/** The release of github.com/temporalio/cli that this kit fetches when the machine has none. */
export const CLI_VERSION = '1.8.2';
/**
 * The sha256 of that release's tar.gz for each platform; a new version needs new ones. They do not come from the place
 * that they vouch for: https://github.com/superdurable/superagent (script/install-temporal.sh, except for Windows) and
 * https://github.com/Bees-bot/bees-desktop (scripts/prepare-dsh-runtime.mjs) pin the same release, and agree.
 */
export const CLI_SHA256: Record<string, string> = {
  darwin_amd64: '489d7f5420cae02b559774ac23df035141954c33a51dba96f5759a0ddccdf1b6',
  darwin_arm64: 'dacdc3587682c04cf27e67c8878ca2d755230b6ad63c0c6ebddd7348ae90ed94',
  linux_amd64: 'd8421bda989e6514b4bdb4d63a9012a8a05a806892e881a5aad8510496349a94',
  linux_arm64: '83600a8fac6e3da54093e5da6918d399f501532b9f1172235603f9606f4ac6e4',
  windows_amd64: 'c845948aa4ab3b1a3643f9fea6d1cd691188bc31513de5f2dc5f7eceea25f22a',
};
/** The oldest Temporal Server that supports all the kit asks of it. */
export const OLDEST_SERVER = '1.31';
/** How a person gets a Temporal CLI without us. */
export const HOW_TO_INSTALL = 'brew install temporal, or see https://temporal.io/setup/install-temporal-cli';

const EXE = process.platform === 'win32' ? '.exe' : '';
/** The file name of the CLI on this platform. */
export const BINARY = `temporal${EXE}`;

const ANSWER_MS = 30_000; // a virus scanner may read all 190 MB before the first run
const ANSWER_BYTES = 10_000;

/** The versions of the CLI and of the Server inside it. */
export interface CliVersion {
  version: string;
  server: string;
}

/**
 * Asks a binary for its version. The Server's decides, since a CLI built by hand calls itself 0.0.0-DEV.
 * @throws an error whose message completes a sentence that begins with the path: "is not there".
 */
export async function readVersion(
  path: string,
  env: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<CliVersion> {
  const file = await stat(path).catch(() => undefined);
  if (!file) throw new Error('is not there');
  if (!file.isFile()) throw new Error('is not a file');
  const { code, timedOut, stdout } = await execa(path, ['--version'], {
    env,
    extendEnv: false,
    stdin: 'ignore',
    timeout: ANSWER_MS,
    maxBuffer: ANSWER_BYTES,
    killSignal: 'SIGKILL',
    reject: false,
    ...(signal && { cancelSignal: signal }),
  });
  if (code === 'EACCES') throw new Error('is not executable');
  if (timedOut) throw new Error(`did not report its version within ${ANSWER_MS / 1000} s`);
  return judge(String(stdout));
}

function judge(answer: string): CliVersion {
  const [, version, server] = /^temporal version (\S+) \(Server (\d+(?:\.\d+)+)/m.exec(answer) ?? [];
  if (!version || !server) throw new Error('does not run as a Temporal CLI');
  if (atLeast(server, OLDEST_SERVER)) return { version, server };
  throw new Error(`has Server ${server}, and this kit needs ${OLDEST_SERVER} or newer`);
}

/** Whether a dotted version is the wanted one or a later one. */
export function atLeast(version: string, wanted: string): boolean {
  return version.localeCompare(wanted, 'en', { numeric: true }) >= 0;
}

/** Every file of this name on PATH, absolute, in the order in which a shell would try them. */
export async function findOnPath(name: string, env: NodeJS.ProcessEnv): Promise<string[]> {
  const folders = (env.PATH ?? env.Path ?? '').split(delimiter).filter(Boolean);
  const paths = folders.map((folder) => resolve(join(folder, name + EXE)));
  const found = await Promise.all(paths.map((path) => stat(path).catch(() => undefined)));
  return [...new Set(paths.filter((_, index) => found[index]?.isFile()))];
}
