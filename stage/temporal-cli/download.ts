// Fetches the official build of the Temporal CLI from its GitHub release, and believes nothing but the checksum.
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { execa } from 'execa';
import { type Dispatcher, EnvHttpProxyAgent, request } from 'undici';
import type { Progress } from './progress.ts';
import { BINARY, CLI_VERSION } from './version.ts';

const RELEASE_URL = `https://github.com/temporalio/cli/releases/download/v${CLI_VERSION}`;
const MOST_REDIRECTS = 5;
const MEGABYTE = 1_000_000;
const BAR_WIDTH = 20;

/** What a step that makes a CLI gets: an empty folder to work in, and how to tell of it. */
export interface Job {
  work: string;
  env: NodeJS.ProcessEnv;
  say: (line: string) => void;
  signal: AbortSignal;
  progress: Progress;
}

/** Where the release lies and how long to wait for it; tests have their own. */
export interface Source {
  releaseUrl?: string;
  /** Milliseconds to connect and to begin an answer, per redirect. */
  answerMs?: number;
  /** Milliseconds without a byte in the middle of an answer. */
  stallMs?: number;
}

type Connection = ReturnType<typeof connect>;

/**
 * Downloads, checks and unpacks the CLI below `job.work`, and returns its path. The names are those of the
 * release's .goreleaser.yml, which makes a tar.gz for Windows too.
 * @throws an error with a short reason.
 */
export async function downloadCli(job: Job, source: Source): Promise<string> {
  const { releaseUrl = RELEASE_URL } = source;
  const name = archiveName();
  const connection = connect(job, source);
  job.say(`Downloading the Temporal CLI ${CLI_VERSION} from ${new URL(releaseUrl).host}`);
  try {
    const wanted = checksumOf(name, await (await get(`${releaseUrl}/checksums.txt`, connection)).body.text());
    const answer = await get(`${releaseUrl}/${name}`, connection);
    if ((await save(answer, join(job.work, name), job.progress, connection)) !== wanted) {
      throw new Error(`${name} does not have the sha256 that its release states`);
    }
  } catch (error) {
    throw connection.complaint() ?? error; // behind a proxy undici says no more than that the client is destroyed
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

function archiveName(): string {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const machine = process.arch === 'x64' ? 'amd64' : process.arch;
  return `temporal_cli_${CLI_VERSION}_${system}_${machine}.tar.gz`;
}

function checksumOf(name: string, list: string): string {
  const line = list.split('\n').find((text) => text.trim().endsWith(`  ${name}`));
  const [sum] = /^[0-9a-f]{64}\b/.exec(line?.trim() ?? '') ?? [];
  if (sum) return sum;
  throw new Error(`the answer has no checksum for ${name} (a sign-in page of this network?)`);
}

/** undici's own signal is not heeded before a connection stands, so giving up means destroying the agent. */
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

async function get(url: string, connection: Connection): Promise<Dispatcher.ResponseData> {
  let target = new URL(url);
  for (let hop = 0; hop <= MOST_REDIRECTS; hop += 1) {
    connection.awaitAnswer(target.host);
    const answer = await request(target, { dispatcher: connection.agent });
    connection.awaitByte();
    if (answer.statusCode === 200) return answer;
    const { location } = answer.headers;
    if (typeof location !== 'string') throw new Error(`${target.host} answered ${answer.statusCode}`);
    await answer.body.dump();
    target = new URL(location, target);
  }
  throw new Error(`${url} redirects more than ${MOST_REDIRECTS} times`);
}

/** Writes the body of an answer to a file and returns its sha256, in hex. */
async function save(
  { body, headers }: Dispatcher.ResponseData,
  file: string,
  progress: Progress,
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
