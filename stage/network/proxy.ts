// The network between the lookups and the internet, as a forward proxy: it can be cut, and it counts.
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { request as ask, type Dispatcher, EnvHttpProxyAgent } from 'undici';
import { refusePipelining } from '../../hello-ip/web/pipelining.ts';
import { venueAnswer } from './venue.ts';

const CONNECT_TIMEOUT_MS = 3_000; // below the 4 s of a lookup, so that it still learns the reason
const MAX_COUNTS = 10_000;

// Headers that end at this hop (RFC 9110, 7.6.1), that undici sets itself, or that stay on this machine.
const HOP_BY_HOP = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];
const NOT_SENT_ON = [
  ...HOP_BY_HOP,
  'host',
  'content-length',
  'expect',
  'proxy-authorization',
  'traceparent',
  'tracestate',
];

/** The name of a failure in Proxy-Status, and its status code (RFC 9209, 2.3). */
const FAILURES: Record<string, [status: number, error: string]> = {
  ENOTFOUND: [502, 'dns_error'],
  EAI_AGAIN: [502, 'dns_error'],
  ECONNREFUSED: [502, 'connection_refused'],
  ECONNRESET: [502, 'connection_terminated'],
  EPIPE: [502, 'connection_terminated'],
  UND_ERR_SOCKET: [502, 'connection_terminated'],
  ETIMEDOUT: [504, 'connection_timeout'],
  UND_ERR_CONNECT_TIMEOUT: [504, 'connection_timeout'],
  ENETDOWN: [502, 'destination_ip_unroutable'],
  ENETUNREACH: [502, 'destination_ip_unroutable'],
  EHOSTUNREACH: [502, 'destination_ip_unroutable'],
  HTTPParserError: [502, 'http_protocol_error'],
};

export type SwitchState = 'open' | 'cut' | 'cut silently';

export interface LookupCount {
  /** The run id of the greeting's Workflow Execution without its dashes; empty if the lookup carried none. */
  traceId: string;
  /** The host that was asked, with its port unless it is 80. */
  host: string;
  /** Lookups let through: sent on towards the host, whatever the outcome, or answered here in venue mode. */
  count: number;
}

export interface Switch {
  /** Where it listens, as a value for http_proxy. */
  url: string;
  venue: boolean;
  readonly state: SwitchState;
  /** From now on lookups are refused as if by a closed port; those in flight lose their connection. */
  cut(): void;
  /** From now on lookups are accepted and never answered; those in flight fall silent for good. */
  cutSilently(): void;
  /** New lookups go through again. */
  restore(): void;
  /** The last 10,000 pairs of greeting and host, oldest first; without what a cut refused or swallowed. */
  lookups(): LookupCount[];
  /** Closes at once: clients that wait for an answer lose their connection. */
  close(): Promise<void>;
}

/**
 * Forwards GET and HEAD of plain http, through the proxy that http_proxy names at that moment, if any.
 * In venue mode it answers for the two lookup services itself, and finds no other host.
 * @throws Node's EADDRINUSE or EACCES when it cannot listen there; port 0 means any free port.
 */
export async function startSwitch(options: { port: number; host?: string; venue: boolean }): Promise<Switch> {
  const { port, host = '127.0.0.1', venue } = options;
  const timeout = { timeout: CONNECT_TIMEOUT_MS };
  const wayOut = new EnvHttpProxyAgent({ proxyTunnel: false, connect: timeout, proxyTls: timeout });
  /** The clients that wait for an answer, each with what silently aborts the request on its behalf. */
  const waiting = new Map<ServerResponse, AbortController>();
  const counts = new Map<string, LookupCount>();
  let state: SwitchState = 'open';

  const answer: RequestListener = (request, response) => {
    const asking = new AbortController();
    waiting.set(response, asking);
    response.on('close', () => {
      waiting.delete(response);
      asking.abort();
    });
    const objection = objectionTo(request);
    if (objection) return refuse(response, ...objection);
    if (state === 'cut') return fail(response, 502, 'connection_refused');
    if (state === 'open') letThrough(request, response, asking.signal);
  };
  const server = createServer((request, response) =>
    refusePipelining(request, response, () => answer(request, response)),
  );

  function letThrough(request: IncomingMessage, response: ServerResponse, givenUp: AbortSignal): void {
    const target = new URL(request.url as string);
    const traceId = traceIdOf(request.headers);
    const canned = venue ? venueAnswer(target, traceId) : undefined;
    const isLost = venue && !canned;
    if (!isLost) count(counts, traceId, target.host);
    if (isLost) fail(response, 502, 'dns_error');
    else if (canned) response.writeHead(200, { 'content-type': canned.type }).end(canned.body);
    else void forward(target, request, response, { dispatcher: wayOut, signal: givenUp });
  }

  // A tunnel would hide what is asked.
  server.on('connect', (_request, socket) => {
    socket.on('error', () => socket.destroy());
    const head = [
      'HTTP/1.1 405 Method Not Allowed',
      'allow: GET, HEAD',
      'content-length: 0',
      'connection: close',
    ];
    socket.end(`${head.join('\r\n')}\r\n\r\n`, () => socket.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen({ port, host, exclusive: true }, resolve);
  });

  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    venue,
    get state() {
      return state;
    },
    cut() {
      state = 'cut';
      for (const response of waiting.keys()) response.destroy();
    },
    cutSilently() {
      state = 'cut silently';
      for (const asking of waiting.values()) asking.abort();
    },
    restore() {
      state = 'open';
    },
    lookups: () => [...counts.values()],
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await Promise.all([closed, wayOut.destroy()]);
    },
  };
}

/** A page in the presenter's browser can only ask for a path, or gives itself away by these headers. */
function objectionTo(request: IncomingMessage): [status: number, why: string] | undefined {
  const { method, url = '', headers } = request;
  const fromPage = Object.keys(headers).some((name) => name === 'origin' || name.startsWith('sec-fetch-'));
  if (fromPage) return [403, 'Web pages may not use this.'];
  if (method !== 'GET' && method !== 'HEAD') return [405, 'Only lookups pass here: GET and HEAD.'];
  if (url.startsWith('http://') && URL.canParse(url)) return undefined;
  return [400, 'Only whole http addresses can be looked up here.'];
}

async function forward(
  target: URL,
  request: IncomingMessage,
  response: ServerResponse,
  options: { dispatcher: Dispatcher; signal: AbortSignal },
): Promise<void> {
  try {
    const method = request.method as 'GET' | 'HEAD';
    const headers = without(NOT_SENT_ON, request.headers);
    // One connection for each lookup: a kept one might have gone stale in an outage.
    const answer = await ask(target, { ...options, method, headers, reset: true });
    answer.body.on('error', () => options.signal.aborted || response.destroy());
    response.writeHead(answer.statusCode, without(HOP_BY_HOP, answer.headers));
    answer.body.pipe(response);
  } catch (error) {
    if (options.signal.aborted) return;
    const { name, code = name } = error as NodeJS.ErrnoException;
    fail(response, ...(FAILURES[code] ?? FAILURES[name] ?? [502, 'proxy_internal_error']), code);
  }
}

function without(names: string[], headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const listed = String(headers.connection)
    .toLowerCase()
    .split(/\s*,\s*/);
  const dropped = new Set([...names, ...listed]);
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !dropped.has(name)));
}

/** Says why there is no answer, in the standard header of proxies; `hello-ip/support/lookup.ts` reads it. */
function fail(response: ServerResponse, status: number, error: string, details?: string): void {
  const report = `network-switch; error=${error}${details ? `; details="${details}"` : ''}`;
  response.writeHead(status, { 'proxy-status': report, 'content-type': 'text/plain' }).end(`${error}\n`);
}

function refuse(response: ServerResponse, status: number, why: string): void {
  response.writeHead(status, { allow: 'GET, HEAD', 'content-type': 'text/plain' }).end(`${why}\n`);
}

/** W3C Trace Context: version, trace id, parent id, flags. */
function traceIdOf({ traceparent }: IncomingHttpHeaders): string {
  return /^[\da-f]{2}-([\da-f]{32})-[\da-f]{16}-[\da-f]{2}$/.exec(String(traceparent))?.[1] ?? '';
}

function count(counts: Map<string, LookupCount>, traceId: string, host: string): void {
  const key = `${traceId} ${host}`;
  counts.set(key, { traceId, host, count: (counts.get(key)?.count ?? 0) + 1 });
  const [oldest] = counts.keys();
  if (counts.size > MAX_COUNTS && oldest !== undefined) counts.delete(oldest);
}
