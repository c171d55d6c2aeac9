// Elasticsearch or OpenSearch as the store of what can be listed: where it is, its process, and its index.
import { existsSync, mkdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { IP } from '../../encores/cluster/layout.ts';
import { SEARCH_INDEX, type SearchPlace } from '../../encores/cluster/server-config.ts';
import { userError } from '../../hello-ip/support/user-error.ts';
import type { ProcessPlan } from '../processes/supervisor.ts';
import { findOnPath } from '../processes/temporal-cli/version.ts';
import { plainEnv } from './postgres.ts';

export const ENGINES = ['elasticsearch', 'opensearch'] as const;
export type Engine = (typeof ENGINES)[number];

const HOW_TO_GET = {
  elasticsearch: 'Install it from https://www.elastic.co/downloads/elasticsearch',
  opensearch: 'Install it: brew install opensearch, or from https://opensearch.org/downloads.html',
} as const;
/** A JVM on a machine that has other things to do. */
const STARTS_WITHIN_MS = 180_000;
const ANSWERS_WITHIN_MS = 3000;

/** One that runs somewhere, or a program that is run here. */
export interface Search extends SearchPlace {
  engine: Engine;
  program?: string;
}

/** The one that CLUSTER_SEARCH_URL names, or else the program on PATH. @throws a user error when there is neither */
export async function findSearch(
  engine: Engine,
  port: number,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Search> {
  if (env.CLUSTER_SEARCH_URL) return { engine, ...readSearchUrl(env.CLUSTER_SEARCH_URL) };
  const [program] = await findOnPath(engine, env);
  if (program) return { engine, program, url: `http://${IP}:${port}`, user: '', password: '' };
  const name = engine === 'opensearch' ? 'OpenSearch' : 'Elasticsearch';
  throw userError(
    `${name} is not on PATH. ${HOW_TO_GET[engine]}, or set CLUSTER_SEARCH_URL to the address of one that runs.`,
  );
}

/** @throws a user error for what is no address */
export function readSearchUrl(text: string): SearchPlace {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol))
    throw userError(
      'CLUSTER_SEARCH_URL is no address of an Elasticsearch or OpenSearch. For example: http://127.0.0.1:9200',
    );
  const [user, password] = [url.username, url.password].map(decodeURIComponent) as [string, string];
  return { url: url.origin, user, password };
}

/** @param folder that of the cluster */
export function planSearch({ program, engine, url }: Search, folder: string): ProcessPlan {
  const data = join(folder, engine);
  const settings = {
    'path.data': join(data, 'data'),
    'path.logs': join(data, 'logs'),
    'network.host': IP,
    'http.port': new URL(url).port,
    'discovery.type': 'single-node',
    ...(engine === 'elasticsearch' && { 'xpack.security.enabled': 'false' }),
    ...(hasSecurity(program) && { 'plugins.security.disabled': 'true' }),
  };
  const heap = '-Xms256m -Xmx512m';
  return {
    name: 'search',
    command: () => {
      mkdirSync(data, { recursive: true });
      return {
        file: program ?? engine,
        args: Object.entries(settings).map(([key, value]) => `-E${key}=${value}`),
        env: {
          ...plainEnv(),
          LC_ALL: 'C.UTF-8', // Java reads the names of files as the locale says
          ES_JAVA_OPTS: heap,
          OPENSEARCH_JAVA_OPTS: heap,
          JAVA_HOME: process.env.JAVA_HOME,
        },
      };
    },
    ready: {
      look: async () => (await askSearch({ url, user: '', password: '' }, '/_cluster/health')) !== undefined,
      announce: `${engine} ready: ${url}`,
    },
    readyWithin: STARTS_WITHIN_MS,
    silent: true,
  };
}

/** The whole distribution of OpenSearch has it, the small one does not know the setting. */
function hasSecurity(program?: string): boolean {
  return (
    program !== undefined &&
    existsSync(join(dirname(realpathSync(program)), '..', 'plugins', 'opensearch-security'))
  );
}

/** Makes the index by Temporal's own tool; harmless when done again. @throws a user error with the tool's last words */
export async function setUpSearch(searchTool: string, { url, user, password }: SearchPlace): Promise<void> {
  const where = ['--endpoint', url, ...(user ? ['--user', user, '--password', password] : [])];
  for (const words of [['setup-schema'], ['create-index', '--index', SEARCH_INDEX]]) {
    const { failed, all = '' } = await execa(searchTool, [...where, ...words], { all: true, reject: false });
    if (!failed) continue;
    const reason = /"error": ?"([^"]+)"/.exec(String(all))?.[1] ?? String(all).trim().split('\n').at(-1);
    throw userError(
      `The index at ${url} cannot be set up (${words[0]}): ${reason}. Correct CLUSTER_SEARCH_URL, or start afresh: npm run cluster reset`,
    );
  }
}

/** What is in the index, and since when it is there. */
export interface Indexed {
  /** Of executions that were started since then: what ran before gets one when it ends. */
  documents: number;
  /** Milliseconds since 1970. */
  since: number;
}

/** The documents of one namespace; undefined when nobody answers. */
export async function indexedOf(place: SearchPlace, namespaceId: string): Promise<Indexed | undefined> {
  type Settings = Record<string, { settings: { index: { creation_date: string } } }>;
  const settings = await askSearch<Settings>(place, `/${SEARCH_INDEX}/_settings`);
  const since = Number(settings?.[SEARCH_INDEX]?.settings.index.creation_date);
  if (!since) return undefined;
  const query = `NamespaceId:"${namespaceId}" AND StartTime:["${new Date(since).toISOString()}" TO *]`;
  const count = await askSearch<{ count: number }>(
    place,
    `/${SEARCH_INDEX}/_count?q=${encodeURIComponent(query)}`,
  );
  return count && { documents: count.count, since };
}

async function askSearch<Answer>(
  { url, user, password }: SearchPlace,
  path: string,
): Promise<Answer | undefined> {
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  try {
    const answer = await fetch(url + path, {
      signal: AbortSignal.timeout(ANSWERS_WITHIN_MS),
      headers: user ? { authorization } : {},
    });
    return answer.ok ? ((await answer.json()) as Answer) : undefined;
  } catch {
    return undefined;
  }
}
