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

function knock({ host, port }: Asked): Promise<Told> {
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
