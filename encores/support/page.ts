// What the pages of the encores have in common: guards, files that never change, boards that are kept, and streams of changes.
import { fileURLToPath } from 'node:url';
import type { ErrorRequestHandler, Express, Request, Response } from 'express';
import { createBase } from '../../hello-ip/web/base.ts';
import { refuseForeignHosts } from '../../hello-ip/web/guards.ts';
import { openChanges } from '../../hello-ip/web/streams.ts';
import { type Parts, seenNow, versionOf } from './parts.ts';
import type { Problem } from './problem.ts';

const BOARDS_KEPT = 50;

/**
 * An app with its guards and files, and no routes yet.
 * @param module the URL of a module that has `public` beside it
 * @param host the address that it listens on, which decides the names it may be called by
 */
export function createPage(module: string, { views, host }: { views: string[]; host: string }): Express {
  const beside = (url: string) => fileURLToPath(new URL('./public', url));
  return createBase({
    guard: refuseForeignHosts(host, []),
    views,
    files: [beside(module), beside(import.meta.url)],
  });
}

/** A board for each page that was asked for; those that were not for the longest are dropped. */
export function keepBoards<Board>(create: () => Board): (key: string) => Board {
  const boards = new Map<string, Board>();
  return (key) => {
    const board = boards.get(key) ?? create();
    boards.delete(key);
    boards.set(key, board);
    const [oldest] = boards.keys();
    if (boards.size > BOARDS_KEPT && oldest !== undefined) boards.delete(oldest);
    return board;
  };
}

/**
 * Sends what has changed of these parts, from what the browser has seen on.
 * @param follow calls its listener whenever they may have changed; returns a function that ends that
 */
export function sendChanges(
  request: Request,
  response: Response,
  parts: Parts,
  follow: (listener: () => void) => () => void,
): void {
  let seen = versionOf(request.get('last-event-id') ?? request.query.since);
  const send = openChanges(request, response, () => {
    const changes = parts.since(seen);
    const id = seenNow();
    seen = versionOf(id);
    return changes.length > 0 ? { id, html: changes.join('\n') } : undefined;
  });
  response.on('close', follow(send));
}

/** Shows what went wrong as a page: the first sentence as its headline. */
export function showErrors(problemFor: (error: Error) => Problem): ErrorRequestHandler {
  return (error, _request, response, _next) => {
    if (response.headersSent) return response.destroy();
    const { status, detail } = problemFor(error);
    const [headline = '', ...line] = detail.split(/(?<=\.) /);
    response
      .status(status)
      .render('message', { headline: headline.replace(/\.$/, ''), line: line.join(' ') });
  };
}
