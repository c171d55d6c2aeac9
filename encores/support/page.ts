// What the pages of the encores have in common: guards, files that never change, boards that are kept, and streams of changes.
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import express, { type ErrorRequestHandler, type Express, type Request, type Response } from 'express';
import { neverStored, refuseForeignHosts, securityHeaders } from '../../hello-ip/web/guards.ts';
import { refusePipelining } from '../../hello-ip/web/pipelining.ts';
import { openChanges } from '../../hello-ip/web/streams.ts';
import { vocabulary } from '../../hello-ip/web/vocabulary.ts';
import { type Parts, seenNow, versionOf } from './parts.ts';
import type { Problem } from './problem.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const folderOf = (file: string) => dirname(fileURLToPath(import.meta.resolve(file)));

/** A file in each package whose folder is served. */
const FONTS = { inter: '@fontsource-variable/inter', mono: '@fontsource-variable/jetbrains-mono' };
const LIBRARIES = ['htmx.org/dist/htmx.min.js', '@picocss/pico/css/pico.min.css'];
const BOARDS_KEPT = 50;

/**
 * An app with its guards and files, and no routes yet.
 * @param module the URL of a module that has `public` beside it
 * @param host the address that it listens on, which decides the names it may be called by
 */
export function createPage(module: string, { views, host }: { views: string[]; host: string }): Express {
  const app = express();
  app.set('views', views);
  app.set('view engine', 'ejs');
  app.enable('view cache');
  Object.assign(app.locals, { vocabulary });
  app.use(refusePipelining, refuseForeignHosts(host, []), securityHeaders);
  for (const [name, file] of Object.entries(FONTS))
    app.use(`/public/${name}`, express.static(folderOf(file), { maxAge: '1h' }));
  app.use(neverStored);
  const own = fileURLToPath(new URL('./public', module));
  for (const folder of [own, here('./public'), here('../../hello-ip/web/public')])
    app.use('/public', express.static(folder));
  for (const file of LIBRARIES) app.use('/public', express.static(folderOf(file)));
  return app;
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
