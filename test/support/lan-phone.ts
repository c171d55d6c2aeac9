// The phone of test/support/lan.ts: asks what it is told to ask, from its own network, and tells what came back.

import { request } from 'node:http';
import { connect } from 'node:net';

const WITHIN_MS = 8000;

/** A request, or with `port` alone a connection. */
export interface Asked {
  host: string;
  port: number;
  path?: string;
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  /** Ends the answer, which may be a stream, once this is in it. */
  until?: string;
  /** So many connections that begin a request, and do not go on. */
  slow?: number;
}

/** What came back; `error` is the code of what went wrong. */
export interface Told {
  status?: number;
  headers?: Record<string, string | string[] | undefined>;
  body?: string;
  error?: string;
}

// Like every child of the kit it would end when it has nothing to do.
process.channel?.ref();
process.on('message', ({ id, asked }: { id: number; asked: Asked }) => {
  void (asked.path === undefined ? knock(asked) : ask(asked)).then((told) => process.send?.({ id, told }));
});

function knock({ host, port, slow }: Asked): Promise<Told> {
  if (slow !== undefined) return dawdle(host, port, slow);
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 2000 });
    const say = (told: Told) => {
      socket.destroy();
      resolve(told);
    };
    socket.once('connect', () => say({ status: 0 }));
    socket.once('timeout', () => say({ error: 'ETIMEDOUT' }));
    socket.once('error', ({ code }: NodeJS.ErrnoException) => say({ error: code ?? 'ERROR' }));
  });
}

/** Tells how many of them the other side has ended by itself. */
async function dawdle(host: string, port: number, count: number): Promise<Told> {
  const ends = Array.from({ length: count }, () => {
    const socket = connect({ host, port });
    socket.on('error', () => {}).once('connect', () => socket.write('GET /join HTTP/1.1\r\nHost: '));
    socket.resume();
    return new Promise<boolean>((resolve) => {
      socket.once('close', () => resolve(true));
      setTimeout(() => resolve(false), 2 * WITHIN_MS).unref();
    });
  });
  const ended = (await Promise.all(ends)).filter(Boolean).length;
  return { status: ended };
}

function ask({ host, port, path, method = 'GET', headers, body = '', until }: Asked): Promise<Told> {
  return new Promise((resolve) => {
    const sent = request({ host, port, path, method, headers, agent: false }, (response) => {
      let text = '';
      const say = () => {
        resolve({ status: response.statusCode, headers: response.headers, body: text });
        sent.destroy();
      };
      response.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
        if (until && text.includes(until)) say();
      });
      response.on('end', say).on('error', say);
    });
    const timer = setTimeout(
      () => sent.destroy(Object.assign(new Error(), { code: 'ETIMEDOUT' })),
      WITHIN_MS,
    );
    sent.on('close', () => clearTimeout(timer));
    sent.on('error', ({ code }: NodeJS.ErrnoException) => resolve({ error: code ?? 'ERROR' }));
    sent.end(body);
  });
}
