// The web app: a form that starts a greeting, and a page that shows it live until it ends.
import { fileURLToPath } from 'node:url';
import { type Client, isGrpcServiceError } from '@temporalio/client';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import helmet from 'helmet';
import { startGreeting } from '../client.ts';
import { newForm, readForm, workflowIdFor } from './form.ts';
import { allowOnly, createLive } from './live.ts';
import { pageOf } from './page.ts';
import { createReader, type Sight } from './reader.ts';
import { nameBrowser, openStream, sendFinal, sendHtml } from './streams.ts';
import { vocabulary } from './vocabulary.ts';
import { executionUrl } from './web-ui.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const packaged = (path: string) => fileURLToPath(import.meta.resolve(path));

const FORM_TYPE = 'application/x-www-form-urlencoded';

/** What the app needs to know of the place it runs in. */
export interface AppOptions {
  client: Client;
  /** Where the Temporal Web UI is, without a slash at the end. */
  webUi: string;
  /** Host names under which this app may be called, without port. */
  hosts: string[];
  /** One sentence on every page, such as that this is a rehearsal. */
  notice?: string;
  /** Where the slides are shown: they may read /live.json. */
  slides?: string[];
  /** The file with what the volatile counter has printed, where a stage keeps one. */
  volatileFile?: string;
}

/** The app, ready to listen. */
export function createApp({ client, webUi, hosts, notice, slides = [], volatileFile }: AppOptions): Express {
  const reader = createReader(client);
  const live = createLive(client, reader, volatileFile);
  const app = express();
  app.set('views', here('./views'));
  app.set('view engine', 'ejs');
  app.enable('view cache');
  Object.assign(app.locals, { vocabulary, notice });

  app.use(refuseForeignHosts(hosts), securityHeaders, neverStored);
  app.use('/public', express.static(here('./public')));
  app.use('/public', express.static(packaged('htmx.org/dist/htmx.min.js').replace(/htmx\.min\.js$/, '')));
  app.use(
    '/public',
    express.static(packaged('@picocss/pico/css/pico.min.css').replace(/pico\.min\.css$/, '')),
  );

  app.get('/', (_request, response) => {
    response.render('form', { form: newForm() });
  });

  app.post(
    '/greetings',
    refuseForeignPages,
    express.text({ type: FORM_TYPE, limit: '16kb' }),
    async (request, response) => {
      if (!request.body)
        return response.status(415).render('form', { form: withError('Send this form as a form.') });
      const { form, greeting } = readForm(new URLSearchParams(request.body));
      if (!greeting) return response.status(422).render('form', { form });
      const workflowId = workflowIdFor(greeting, form.token);
      try {
        await startGreeting(client, workflowId, greeting);
      } catch (error) {
        if (!isGrpcServiceError(cause(error))) throw error;
        form.errors.form =
          'The Temporal Service is away. Press Get Greeting again when it is back: nothing is lost.';
        return response.status(503).render('form', { form });
      }
      response.redirect(303, `/greetings/${workflowId}`);
    },
  );

  app.get('/greetings/:workflowId', async (request, response) => {
    const sight = await reader.look(request.params.workflowId);
    nameBrowser(request, response);
    response.status(sight.found ? 200 : 404).render('greeting', viewOf(sight));
  });

  app.get('/greetings/:workflowId/events', (request, response) => {
    openStream(request, response);
    let shown = '';
    const stop = reader.follow(request.params.workflowId, (sight) => {
      const view = viewOf(sight);
      app.render('progress', view, (error, html) => {
        if (error) return response.destroy(error);
        if (html !== shown) sendHtml(response, html);
        shown = html;
        if (view.page.final) sendFinal(response);
      });
    });
    response.on('close', stop);
  });

  app.get('/live.json', allowOnly(slides), async ({ protocol, headers }, response) => {
    response.json(await live(`${protocol}://${headers.host}`));
  });

  app.use((_request, response) => {
    response
      .status(404)
      .render('message', { headline: 'There is no such page', line: 'Press Reset to begin.' });
  });
  app.use(answerErrors);
  return app;

  function viewOf(sight: Sight) {
    const { workflowId, progress } = sight;
    const webUiUrl = executionUrl(webUi, client.options.namespace, workflowId, progress?.runId);
    return { workflowId, page: pageOf(sight), webUiUrl };
  }
}

const securityHeaders = helmet({
  contentSecurityPolicy: {
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'", 'data:'],
      connectSrc: ["'self'"],
      // Safari would turn every http link on localhost into https, and find nobody there.
      upgradeInsecureRequests: null,
    },
  },
  strictTransportSecurity: false,
  // With the default of no-referrer a form of our own would say Origin: null, as a foreign one does.
  referrerPolicy: { policy: 'same-origin' },
});

/** Back shows a fresh form, and a page is never older than its greeting. */
const neverStored: RequestHandler = (_request, response, next) => {
  response.set('Cache-Control', 'no-store');
  next();
};

/** A foreign Host is a foreign site whose name was made to point at this machine (DNS rebinding). */
function refuseForeignHosts(hosts: string[]): RequestHandler {
  return (request, response, next) => {
    if (hosts.includes(hostName(request.headers.host))) return next();
    response
      .status(421)
      .type('text')
      .send(`This app does not answer for that host. Open it as http://${hosts[0]} and its port.\n`);
  };
}

/** A page of another site must not start greetings in the name of who looks at it. */
const refuseForeignPages: RequestHandler = (request, response, next) => {
  const { origin, host } = request.headers;
  if (!origin || origin === `http://${host}` || origin === `https://${host}`) return next();
  response.status(403).render('message', {
    headline: 'That form is not ours',
    line: 'Press Reset and use the form of this app.',
  });
};

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

function hostName(host = ''): string {
  return host.replace(/:\d+$/, '').toLowerCase();
}

/** The SDK wraps what gRPC said. */
function cause(error: unknown): unknown {
  return error instanceof Error && error.cause ? error.cause : error;
}
