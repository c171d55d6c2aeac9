// The web app: a form that starts a greeting, and a page that shows it live until it ends.
import type { Client } from '@temporalio/client';
import express, { type ErrorRequestHandler, type Express } from 'express';
import { startGreeting } from '../client.ts';
import { troubleLog } from '../support/service-error.ts';
import { createBase } from './base.ts';
import { readCounters } from './counters.ts';
import { FORM_TYPE, newForm, readForm, workflowIdFor } from './form.ts';
import { refuseForeignHosts, refuseForeignPages } from './guards.ts';
import { createLatest } from './latest.ts';
import { notStarted } from './not-started.ts';
import { NO_GREETING, pageOf } from './page.ts';
import { createReader, type Snapshot } from './reader.ts';
import { createRoom } from './room/room.ts';
import { nameBrowser, openStream } from './streams.ts';
import { faultReader } from './timeline/faults.ts';
import { timelineView, tryingOf } from './timeline/view.ts';
import { executionUrl } from './web-ui.ts';

const COUNTERS_INTERVAL_MS = 200;

/** What the app needs to know about where it runs. */
export interface AppOptions {
  client: Client;
  /** Where the Temporal Web UI is, without a slash at the end. */
  webUi: string;
  /** The address that the app listens on, which decides the names it may be called by. */
  host?: string;
  /** Names by which others reach it through a forwarder. */
  publicNames?: string[];
  /** One sentence for every page, for example that this is a rehearsal. */
  notice?: string;
  /** Where phones join while the room is open; without it they never can. */
  port?: number;
}

/** The app, ready to listen. */
export function createApp({
  client,
  webUi,
  host = '127.0.0.1',
  publicNames = [],
  notice,
  port,
}: AppOptions): Express {
  const reader = createReader(client);
  const latest = createLatest(client, reader);
  const noteTrouble = troubleLog();
  const readFaults = faultReader();
  const app = createBase({ guard: refuseForeignHosts(host, publicNames) });
  app.locals.notice = notice;

  app.get('/', (_request, response) => {
    response.render('form', { form: newForm() });
  });

  app.post(
    '/greetings',
    refuseForeignPages(publicNames),
    express.text({ type: FORM_TYPE, limit: '16kb' }),
    async (request, response) => {
      if (!request.body)
        return response
          .status(415)
          .render('form', { form: withError('That was not sent as a form. Fill it in here.') });
      const { form, greeting } = readForm(new URLSearchParams(request.body));
      if (!greeting) return response.status(422).render('form', { form });
      const workflowId = workflowIdFor(greeting, form.token);
      try {
        await startGreeting(client, workflowId, greeting);
        noteTrouble();
      } catch (error) {
        const { status, words } = notStarted(error, noteTrouble);
        form.errors.form = words;
        return response.status(status).render('form', { form });
      }
      response.redirect(303, `/greetings/${workflowId}`);
    },
  );

  app.get('/greetings/:workflowId', async (request, response) => {
    const snapshot = await reader.look(request.params.workflowId);
    nameBrowser(request, response);
    response.status(snapshot.found ? 200 : 404).render('greeting', viewOf(snapshot));
  });

  app.get('/greetings/:workflowId/events', (request, response) => {
    const show = openStream(request, response);
    const unfollow = reader.follow(request.params.workflowId, (snapshot) => {
      const view = viewOf(snapshot);
      if (view.page.final || response.writableEnded) unfollow();
      app.render('progress', view, (error, html) => {
        if (error) return response.destroy(error);
        show(html, view.page.final);
      });
    });
    response.on('close', unfollow);
  });

  app.get('/latest', async (request, response) => {
    nameBrowser(request, response);
    response.render('latest', latestView(await latest.look()));
  });

  app.get('/latest/events', (request, response) => {
    const show = openStream(request, response);
    const unfollow = latest.follow((snapshot) => {
      app.render('latest-progress', latestView(snapshot), (error, html) => {
        if (error) response.destroy(error);
        else show(html, false);
      });
    });
    response.on('close', unfollow);
  });

  app.get('/counters', async (request, response) => {
    nameBrowser(request, response);
    response.render('counters', { rows: await readCounters() });
  });

  app.get('/counters/events', (request, response) => {
    const show = openStream(request, response);
    const timer = setInterval(async () => {
      const rows = await readCounters();
      app.render('counter-rows', { rows }, (error, html) => {
        if (error) response.destroy(error);
        else show(html, false);
      });
    }, COUNTERS_INTERVAL_MS);
    response.on('close', () => clearInterval(timer));
  });

  app.use(createRoom({ client, reader, publicNames, notice, port }));

  app.use((_request, response) => {
    response
      .status(404)
      .render('message', { headline: 'There is no such page', line: 'Press Reset to begin.' });
  });
  app.use(answerErrors);
  return app;

  function viewOf(snapshot: Snapshot) {
    const { workflowId, progress } = snapshot;
    const webUiUrl = executionUrl(webUi, client.options.namespace, workflowId, progress?.runId);
    const now = new Date();
    const page = pageOf(snapshot, now);
    const timeline = timelineView(snapshot, readFaults(), tryingOf(page), now);
    return { workflowId, page, timeline, webUiUrl };
  }

  function latestView(snapshot: Snapshot | undefined) {
    return snapshot
      ? viewOf(snapshot)
      : { workflowId: '', page: NO_GREETING, timeline: undefined, webUiUrl: webUi };
  }
}

const answerErrors: ErrorRequestHandler = (error, _request, response, _next) => {
  if (response.headersSent) return response.destroy();
  const status: number = error.status >= 400 && error.status < 500 ? error.status : 500;
  if (status === 500) console.error('App error:', error);
  const lines: Record<number, string> = {
    413: 'That is too long for this form.',
    500: 'Something went wrong in the app. Press Get Greeting again.',
  };
  response
    .status(status)
    .render('form', { form: withError(lines[status] ?? 'That form could not be read. Fill it in here.') });
};

function withError(message: string) {
  return { ...newForm(), errors: { form: message } };
}
