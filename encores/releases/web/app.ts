// The page of the releases: the list, and the tree of each, live until it ends.
import type { Client } from '@temporalio/client';
import type { Express, Request, RequestHandler, Response } from 'express';
import { refuseForeignPages } from '../../../hello-ip/web/guards.ts';
import { nameBrowser } from '../../../hello-ip/web/streams.ts';
import { faultReader } from '../../../hello-ip/web/timeline/faults.ts';
import { executionUrl } from '../../../hello-ip/web/web-ui.ts';
import { createPage, keepBoards, sendChanges, showErrors } from '../../support/page.ts';
import { seenNow } from '../../support/parts.ts';
import { cancelRelease, unknownRelease } from '../client.ts';
import { createFollower, type Release, type Sight } from '../follow.ts';
import { titleOf } from '../words.ts';
import { createApi, problemOfPlan } from './api.ts';
import { type Board, createBoard } from './board.ts';
import { VIEWS } from './templates.ts';

/** What the app needs to know about where it runs. */
export interface AppOptions {
  client: Client;
  /** Where the Temporal Web UI is, without a slash at the end. */
  webUi: string;
  /** The address that the app listens on, which decides the names it may be called by. */
  host?: string;
  /** Asks who comes to sign in; nobody needs to on this machine. */
  signIn?: RequestHandler;
}

/** The app, ready to listen. */
export function createApp({ client, webUi, host = '127.0.0.1', signIn }: AppOptions): Express {
  const follower = createFollower(client);
  // The first page finds the histories read.
  void follower.look();
  const webUiUrl = ({ workflowId, runId }: Release) =>
    executionUrl(webUi, client.options.namespace, workflowId, runId);
  const readFaults = faultReader();
  const boards = keepBoards(() => createBoard({ readFaults, webUiUrl }));
  const boardOf = (release?: Release) => boards(release?.runId ?? '');
  const app = createPage(import.meta.url, { views: VIEWS, host });
  if (signIn) app.use(signIn);
  app.use(createApi(client, follower));

  app.get('/', (_request, response) => response.redirect('/releases'));

  app.get('/releases', async (request, response) => {
    const board = boardOf();
    board.update(await follower.look());
    renderPage(request, response, board);
  });

  app.get('/releases/events', (request, response) => {
    follow(request, response, boardOf());
  });

  app.get('/releases/:id', async (request, response) => {
    const release = await known(request.params.id);
    const board = boardOf(release);
    board.update(await follower.look(), release);
    renderPage(request, response, board, release);
  });

  app.get('/releases/:id/events', async (request, response) => {
    const release = await known(request.params.id);
    follow(request, response, boardOf(release), release);
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
  app.use(showErrors(problemOfPlan));
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
    sendChanges(request, response, board.parts, (send) =>
      follower.follow((sight) => {
        board.update(sight, newestOf(sight, release));
        send();
      }),
    );
  }
}

/** The release as it is now; one too old for the list has ended, and stays as it was. */
function newestOf({ releases = [] }: Sight, release?: Release): Release | undefined {
  return release && (releases.find(({ runId }) => runId === release.runId) ?? release);
}

function pathOf(release: string): string {
  return `/releases/${encodeURIComponent(release)}`;
}
