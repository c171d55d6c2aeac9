// Fetches the official build of the Temporal CLI from its GitHub release, and trusts nothing but our own checksum.
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { execa } from 'execa';
import { type Dispatcher, EnvHttpProxyAgent, request } from 'undici';
import type { ProgressBar } from './progress-bar.ts';
import { BINARY, CLI_SHA256, CLI_VERSION } from './version.ts';

const RELEASE_URL = `https://github.com/temporalio/cli/releases/download/v${CLI_VERSION}`;
const MAX_REDIRECTS = 5;
const MEGABYTE = 1_000_000;
const BAR_WIDTH = 20;

/** What a step that makes a CLI is given: an empty folder to work in, and ways to report progress. */
export interface Job {
  work: string;
  env: NodeJS.ProcessEnv;
  print: (line: string) => void;
  signal: AbortSignal;
  progress: ProgressBar;
}

/** Where the release is and how long to wait for it; tests pass their own. */
export interface Source {
  releaseUrl?: string;
  /** Of the archive, in hex. */
  sha256?: string;
  /** Milliseconds to connect and to start an answer, per redirect. */
  answerMs?: number;
  /** Milliseconds without a byte in the middle of an answer. */
  stallMs?: number;
}

type Connection = ReturnType<typeof connect>;

/**
 * Downloads, checks and unpacks the CLI in `job.work`, and returns its path. The names are those of the
 * release's .goreleaser.yml, which makes a tar.gz for Windows too.
 * @throws an error with a short reason.
 */
export async function downloadCli(job: Job, source: Source): Promise<string> {
  const platform = platformName();
  const { releaseUrl = RELEASE_URL, sha256 = CLI_SHA256[platform] } = source;
  if (!sha256) throw new Error(`there is no official build for ${platform}`);
  const name = `temporal_cli_${CLI_VERSION}_${platform}.tar.gz`;
  const connection = connect(job, source);
  job.print(`Downloading the Temporal CLI ${CLI_VERSION} from ${new URL(releaseUrl).host}`);
  try {
    const answer = await get(`${releaseUrl}/${name}`, connection);
    if ((await save(answer, join(job.work, name), job.progress, connection)) !== sha256) {
      throw new Error(`${name} is not the official one, by its sha256 (a sign-in page of this network?)`);
    }
  } catch (error) {
    throw connection.complaint() ?? error; // behind a proxy undici says only that the client is destroyed
  } finally {
    job.progress.clear();
    await connection.close();
  }
  await execa('tar', ['-xzf', name, BINARY], {
    cwd: job.work,
    env: job.env,
    extendEnv: false,
    cancelSignal: job.signal,
  });
  return join(job.work, BINARY);
}

function platformName(): string {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const machine = process.arch === 'x64' ? 'amd64' : process.arch;
  return `${system}_${machine}`;
}

/** undici ignores its own signal until it is connected, so giving up means destroying the agent. */
function connect({ env, signal }: Job, { answerMs = 3_000, stallMs = 10_000 }: Source) {
  const agent = new EnvHttpProxyAgent({
    httpProxy: env.http_proxy ?? env.HTTP_PROXY ?? '',
    httpsProxy: env.https_proxy ?? env.HTTPS_PROXY ?? '',
    noProxy: env.no_proxy ?? env.NO_PROXY ?? '',
  });
  let complaint: Error | undefined;
  let timer: NodeJS.Timeout | undefined;
  const abort = () => void agent.destroy(signal.reason);
  const within = (ms: number, reason: string) => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      complaint = new Error(reason);
      void agent.destroy(complaint);
    }, ms);
  };
  signal.addEventListener('abort', abort);
  return {
    agent,
    awaitAnswer: (host: string) => within(answerMs, `${host} did not answer within ${answerMs / 1000} s`),
    awaitByte: () => within(stallMs, `no byte came for ${stallMs / 1000} s`),
    complaint: () => complaint,
    async close() {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      await agent.destroy();
    },
  };
}

/** Follows redirects, never to plain http, except from one server on this machine to another. */
async function get(url: string, connection: Connection): Promise<Dispatcher.ResponseData> {
  const first = new URL(url);
  let target = first;
  for (let hop = 0; hop <= MAX_REDIRECTS; hop += 1) {
    if (target.protocol !== 'https:' && !(isPlainLocal(first) && isPlainLocal(target)))
      throw new Error(`${first.host} redirects to ${target.origin}, which is not https`);
    connection.awaitAnswer(target.host);
    const answer = await request(target, { dispatcher: connection.agent });
    connection.awaitByte();
    if (answer.statusCode === 200) return answer;
    const { location } = answer.headers;
    if (typeof location !== 'string') throw new Error(`${target.host} answered ${answer.statusCode}`);
    await answer.body.dump();
    target = new URL(location, target);
  }
  throw new Error(`${url} redirects more than ${MAX_REDIRECTS} times`);
}

function isPlainLocal({ protocol, hostname }: URL): boolean {
  return protocol === 'http:' && hostname === '127.0.0.1';
}

/** Writes the body of an answer to a file and returns its sha256, in hex. */
async function save(
  { body, headers }: Dispatcher.ResponseData,
  file: string,
  progress: ProgressBar,
  connection: Connection,
): Promise<string> {
  const hash = createHash('sha256');
  const total = Number(headers['content-length']);
  let got = 0;
  await pipeline(
    body,
    async function* measure(chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        connection.awaitByte();
        hash.update(chunk);
        const before = quarters(got / total);
        got += chunk.length;
        progress.show(bar(got / total, total), quarters(got / total) > before);
        yield chunk;
      }
    },
    createWriteStream(file),
  );
  return hash.digest('hex');
}

function quarters(share: number): number {
  return Math.floor(share * 4);
}

function bar(share: number, total: number): string {
  if (!Number.isFinite(share)) return 'Temporal CLI: downloading';
  const full = '#'.repeat(Math.round(share * BAR_WIDTH)).padEnd(BAR_WIDTH, '-');
  return `Temporal CLI [${full}] ${Math.floor(share * 100)} % of ${Math.round(total / MEGABYTE)} MB`;
}
