// One question to one service on the internet, and every way it can fail, put into words that a room can read.
import { randomBytes } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import { ApplicationFailure } from '@temporalio/common';
import { type Dispatcher, EnvHttpProxyAgent, request } from 'undici';

const TIMEOUT_SECONDS = 4; // below the Activity's startToCloseTimeout of 5 s, so that the room sees the reason
const MAX_KIB = 64;
const MAX_PAUSE_SECONDS = 60; // the longest window of ip-api.com, https://ip-api.com/docs/api:json

/** What went wrong, by the codes of Node.js and undici and by the error types of a proxy (RFC 9209). */
const REASONS = Object.entries({
  'could not be found': 'ENOTFOUND EAI_AGAIN dns_error dns_timeout',
  'refused the connection': 'ECONNREFUSED connection_refused',
  'did not answer': 'ETIMEDOUT UND_ERR_CONNECT_TIMEOUT connection_timeout http_response_timeout',
  'closed the connection before the answer was complete':
    'ECONNRESET EPIPE UND_ERR_SOCKET UND_ERR_RES_CONTENT_LENGTH_MISMATCH connection_terminated http_response_incomplete',
  'cannot be reached from this network':
    'ENETDOWN ENETUNREACH EHOSTUNREACH EADDRNOTAVAIL destination_ip_unroutable destination_unavailable',
  'answered with something that is not HTTP': 'HTTPParserError http_protocol_error',
  'answered with text that is not valid UTF-8': 'ERR_ENCODING_INVALID_ENCODED_DATA',
}).map(([words, codes]) => ({ words, codes: codes.split(' ') }));

export interface LookupOptions {
  /** What is asked for, such as "an IP address"; shown when a web page comes instead. */
  wanted: string;
  /** Ends the lookup at once, which then throws this signal's own reason. */
  signal?: AbortSignal;
  /** 32 hex digits that the lookups of one greeting share. */
  traceId?: string;
}

/** A retryable lookup failure; `nextRetryDelay` (ms) is for a service that names a time. */
export function lookupFailure(message: string, nextRetryDelay?: number): ApplicationFailure {
  return ApplicationFailure.create({ type: 'LookupFailed', message, nextRetryDelay });
}

/**
 * Returns what an http address answers to one GET: at most 64 KiB of UTF-8, within 4 s from connect to last byte.
 * Follows no redirect; honours http_proxy and no_proxy.
 * @throws an ApplicationFailure that names the host and the reason; all of them are retryable.
 */
export async function lookup(url: string, options: LookupOptions): Promise<string> {
  if (!url.startsWith('http://') || !URL.canParse(url))
    throw lookupFailure(`"${url}" is not an http address.`);
  options.signal?.throwIfAborted();
  const { host } = new URL(url);
  const timeout = AbortSignal.timeout(TIMEOUT_SECONDS * 1000);
  try {
    return await get(url, host, options, timeout);
  } catch (error) {
    options.signal?.throwIfAborted();
    if (timeout.aborted) throw lookupFailure(`${host} did not answer within ${TIMEOUT_SECONDS} s.`);
    throw error instanceof ApplicationFailure ? error : lookupFailure(`${host} ${reasonOf(error)}.`);
  }
}

async function get(url: string, host: string, options: LookupOptions, timeout: AbortSignal): Promise<string> {
  // One for each lookup: a proxy in between may be restarted, and a connection kept open would go stale.
  const dispatcher = new EnvHttpProxyAgent({ proxyTunnel: false });
  const hangUp = () => void dispatcher.destroy();
  // A signal handed to request() does not end a connect that hangs (undici 7.30); this does.
  timeout.addEventListener('abort', hangUp);
  options.signal?.addEventListener('abort', hangUp);
  try {
    const answer = await request(url, { dispatcher, headers: requestHeaders(options.traceId) });
    refuseFailure(host, answer);
    if (isWebPage(answer)) throw webPageFailure(host, options.wanted);
    const text = await readText(host, answer.body);
    if (text.startsWith('<')) throw webPageFailure(host, options.wanted);
    return text;
  } finally {
    options.signal?.removeEventListener('abort', hangUp);
    hangUp();
  }
}

function requestHeaders(traceId?: string): Record<string, string> {
  const headers = { 'user-agent': 'build-invincible-apps' };
  if (!traceId) return headers;
  // W3C Trace Context: whatever forwards lookups can count them per greeting; a run id gives no name away.
  return { ...headers, traceparent: `00-${traceId}-${randomBytes(8).toString('hex')}-01` };
}

function refuseFailure(host: string, { statusCode, headers }: Dispatcher.ResponseData): void {
  const reported = /;\s*error=([a-z_]+)/.exec(String(headers['proxy-status']))?.[1];
  if (reported) throw lookupFailure(`${host} ${wordsFor(reported) ?? 'could not be reached'}.`);
  if (statusCode >= 200 && statusCode < 300) return;
  if (statusCode === 429) {
    throw lookupFailure(`${host} is asking us to slow down (429).`, pauseAskedFor(headers['x-ttl']));
  }
  const status = `${statusCode} ${STATUS_CODES[statusCode] ?? ''}`.trim();
  const hint = statusCode < 400 ? ' (a redirect: perhaps the sign-in page of a captive portal)' : '';
  throw lookupFailure(`${host} answered ${status}${hint}.`);
}

/** Milliseconds until ip-api.com accepts requests again, which it gives in whole seconds. */
function pauseAskedFor(ttl: unknown): number | undefined {
  if (typeof ttl !== 'string' || !/^\d{1,4}$/.test(ttl)) return undefined;
  return Math.min(Math.max(Number(ttl), 1), MAX_PAUSE_SECONDS) * 1000;
}

function isWebPage({ headers }: Dispatcher.ResponseData): boolean {
  return String(headers['content-type']).includes('html');
}

function webPageFailure(host: string, wanted: string): ApplicationFailure {
  return lookupFailure(
    `${host} answered with a web page, not ${wanted}: is there a sign-in page on this network?`,
  );
}

async function readText(host: string, body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    // undici's own maxResponseSize is lost on the way through a proxy (undici 7.30).
    if (bytes > MAX_KIB * 1024) throw lookupFailure(`${host} answered with more than ${MAX_KIB} KiB.`);
    chunks.push(chunk);
  }
  const text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks)).trim();
  if (!text) throw lookupFailure(`${host} gave an empty answer.`);
  return text;
}

/** Only codes are ever quoted: Node.js messages name the address that was dialled, which may be a proxy's. */
function reasonOf(error: unknown): string {
  const { name, code, cause } = error as Error & { code?: string; cause?: { code?: string } };
  const known = cause?.code ?? code ?? name;
  return wordsFor(known) ?? wordsFor(name) ?? `could not be asked (${known})`;
}

function wordsFor(code: string): string | undefined {
  return REASONS.find(({ codes }) => codes.includes(code))?.words;
}
