// The page of the releases: the list, and the tree of each, live until it ends.
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Client } from '@temporalio/client';
import express, { type ErrorRequestHandler, type Express, type Request, type Response } from 'express';
import {
  neverStored,
  refuseForeignHosts,
  refuseForeignPages,
  securityHeaders,
} from '../../../hello-ip/web/guards.ts';
import { refusePipelining } from '../../../hello-ip/web/pipelining.ts';
import { nameBrowser, openChanges } from '../../../hello-ip/web/streams.ts';
import { faultReader } from '../../../hello-ip/web/timeline/faults.ts';
import { vocabulary } from '../../../hello-ip/web/vocabulary.ts';
import { executionUrl } from '../../../hello-ip/web/web-ui.ts';
import { cancelRelease, unknownRelease } from '../client.ts';
import { createFollower, type Release, type Sight } from '../follow.ts';
import { titleOf } from '../words.ts';
import { createApi, problemOf } from './api.ts';
import { type Board, type BoardOptions, createBoard } from './board.ts';
import { seenNow, versionOf } from './parts.ts';
import { VIEWS } from './templates.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const folderOf = (file: string) => dirname(fileURLToPath(import.meta.resolve(file)));

/** A file in each package whose folder is served. */
const FONTS = { inter: '@fontsource-variable/inter', mono: '@fontsource-variable/jetbrains-mono' };
const LIBRARIES = ['htmx.org/dist/htmx.min.js', '@picocss/pico/css/pico.min.css'];

const BOARDS_KEPT = 50;

/** What the app needs to know about where it runs. */
export interface AppOptions {
  client: Client;
  /** Where the Temporal Web UI is, without a slash at the end. */
  webUi: string;
  /** The address that the app listens on, which decides the names it may be called by. */
  host?: string;
  /** Asks who comes to sign in; nobody needs to on this machine. */
  signIn?: express.RequestHandler;
}

/** The app, ready to listen. */
export function createApp({ client, webUi, host = '127.0.0.1', signIn }: AppOptions): Express {
  const follower = createFollower(client);
  // The first page finds the histories read.
  void follower.look();
  const webUiUrl = ({ workflowId, runId }: Release) =>
    executionUrl(webUi, client.options.namespace, workflowId, runId);
  const boards = keepBoards({ readFaults: faultReader(), webUiUrl });
  const app = express();
  app.set('views', VIEWS);
  app.set('view engine', 'ejs');
  app.enable('view cache');
  Object.assign(app.locals, { vocabulary });

  app.use(refusePipelining, refuseForeignHosts(host, []), securityHeaders);
  for (const [name, file] of Object.entries(FONTS))
    app.use(`/public/${name}`, express.static(folderOf(file), { maxAge: '1h' }));
  app.use(neverStored);
  for (const folder of ['./public', '../../../hello-ip/web/public'])
    app.use('/public', express.static(here(folder)));
  for (const file of LIBRARIES) app.use('/public', express.static(folderOf(file)));
  if (signIn) app.use(signIn);
  app.use(createApi(client, follower));

  app.get('/', (_request, response) => response.redirect('/releases'));

  app.get('/releases', async (request, response) => {
    const board = boards.of();
    board.update(await follower.look());
    renderPage(request, response, board);
  });

  app.get('/releases/events', (request, response) => {
    follow(request, response, boards.of());
  });

  app.get('/releases/:id', async (request, response) => {
    const release = await known(request.params.id);
    const board = boards.of(release);
    board.update(await follower.look(), release);
    renderPage(request, response, board, release);
  });

  app.get('/releases/:id/events', async (request, response) => {
    const release = await known(request.params.id);
    follow(request, response, boards.of(release), release);
  });

  app.post('/releases/:id/cancel', refuseForeignPages([]), async (request, response) => {
    const id = String(request.params.id);
    await cancelRelease(client, id);
    response.redirect(303, pathOf(id));
  });

  app.use((_request, response) => {
    response
      .status(404)
      .render('message', { headline: 'There is no such page', line: 'Press Reset to see all releases.' });
  });
  app.use(answerErrors);
  return app;

  async function known(id: string): Promise<Release> {
    const release = await follower.find(id);
    if (!release) throw unknownRelease(id);
    return release;
  }

  function renderPage(request: Request, response: Response, board: Board, release?: Release): void {
    nameBrowser(request, response);
    response.render('releases', {
      title: release ? titleOf(release) : 'Releases',
      now: Date.now(),
      stream: `${release ? pathOf(release.plan.id) : '/releases'}/events?since=${seenNow()}`,
      tree: release && board.tree(),
      part: (id: string) => board.parts.get(id),
    });
  }

  function follow(request: Request, response: Response, board: Board, release?: Release): void {
    let seen = versionOf(request.get('last-event-id') ?? request.query.since);
    const send = openChanges(request, response, () => {
      const changes = board.parts.since(seen);
      const id = seenNow();
      seen = versionOf(id);
      return changes.length > 0 ? { id, html: changes.join('\n') } : undefined;
    });
    const unfollow = follower.follow((sight) => {
      board.update(sight, newestOf(sight, release));
      send();
    });
    response.on('close', unfollow);
  }
}

/** The release as it is now; one too old for the list has ended, and stays as it was. */
function newestOf({ releases = [] }: Sight, release?: Release): Release | undefined {
  return release && (releases.find(({ runId }) => runId === release.runId) ?? release);
}

/** A board for each page that was asked for; those that were not for the longest are dropped. */
function keepBoards(options: BoardOptions) {
  const boards = new Map<string, Board>();
  return {
    of(release?: Release): Board {
      const key = release?.runId ?? '';
      const board = boards.get(key) ?? createBoard(options);
      boards.delete(key);
      boards.set(key, board);
      const [oldest] = boards.keys();
      if (boards.size > BOARDS_KEPT && oldest !== undefined) boards.delete(oldest);
      return board;
    },
  };
}

function pathOf(release: string): string {
  return `/releases/${encodeURIComponent(release)}`;
}

const answerErrors: ErrorRequestHandler = (error, _request, response, _next) => {
  if (response.headersSent) return response.destroy();
  const { status, detail } = problemOf(error);
  const [headline = '', ...line] = detail.split(/(?<=\.) /);
  response.status(status).render('message', { headline: headline.replace(/\.$/, ''), line: line.join(' ') });
};
