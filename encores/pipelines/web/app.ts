// The page and the API of the pipelines: what is registered, what runs, and each run drawn as nested boxes, live until it ends.
import type { Client } from '@temporalio/client';
import express, { type Express } from 'express';
import { userError } from '../../../hello-ip/support/user-error.ts';
import { refuseForeignPages } from '../../../hello-ip/web/guards.ts';
import { nameBrowser } from '../../../hello-ip/web/streams.ts';
import { faultReader } from '../../../hello-ip/web/timeline/faults.ts';
import { executionUrl } from '../../../hello-ip/web/web-ui.ts';
import { createPage, keepBoards, sendChanges, showErrors } from '../../support/page.ts';
import { Parts, seenNow } from '../../support/parts.ts';
import { answerProblem, answerWith, type Problem, problem, problemOf } from '../../support/problem.ts';
import { boxesOf } from '../boxes.ts';
import { cancelPipeline, listRuns, pausePipeline, resumePipeline, startPipeline } from '../client.ts';
import { createFollower, type RunTree } from '../follow.ts';
import { isObject, type JsonObject } from '../json.ts';
import type { Registry } from '../registry.ts';
import { RUN_SHOWN } from '../words.ts';
import { Refused, routesOf, tokenRoutes } from './api.ts';
import { createBoard } from './board.ts';
import { createDrawing } from './drawing.ts';
import { describe } from './openapi.ts';
import { type Route, routerOf } from './routes.ts';
import { VIEWS } from './templates.ts';
import type { Tokens } from './token.ts';

/** What the app needs to know about where it runs. */
export interface AppOptions {
  client: Client;
  /** Where the Temporal Web UI is, without a slash at the end. */
  webUi: string;
  registry: Registry;
  tokens: Tokens;
  /** Further routes of the API, such as those of the history. */
  routes?: Route[];
}

const FORM = { type: 'application/x-www-form-urlencoded', limit: '256kb' };
const STEER = { pause: pausePipeline, resume: resumePipeline, cancel: cancelPipeline };

/** The app, ready to listen on this machine. */
export function createApp({ client, webUi, registry, tokens, routes = [] }: AppOptions): Express {
  const follower = createFollower(client);
  const webUiUrl = ({ workflowId, runId }: RunTree) =>
    executionUrl(webUi, client.options.namespace, workflowId, runId);
  const readFaults = faultReader();
  const boardOf = keepBoards(() => createBoard({ readFaults, webUiUrl }));
  const app = createPage(import.meta.url, { views: VIEWS, host: '127.0.0.1' });

  const api = [...routesOf({ client, follower, registry, tokens }), ...routes];
  const open = tokenRoutes({ tokens });
  const description = describe([...open, ...api]);
  app.get('/health', async (_request, response) => {
    const workers = await follower.countWorkers();
    response.json({ status: 'up', workers: workers ?? null });
  });
  app.get('/api/openapi.json', (_request, response) => response.json(description));
  app.use(whereApi(routerOf(open)), whereApi(tokens.guard), whereApi(routerOf(api)));
  app.use(['/api', '/oauth', '/health'], (_request, response) =>
    answerProblem(response, 404, 'There is nothing here. What there is: GET /api/openapi.json'),
  );
  app.use(['/api', '/oauth', '/health'], answerWith(problemFor));

  app.get('/', async (_request, response) => {
    const runs = await listRuns(client);
    response.render('pipelines', { title: 'Pipelines', definitions: registry.list(), runs, RUN_SHOWN });
  });

  app.get('/runs/:id', async (request, response) => {
    const run = await needRun(request.params.id);
    const board = boardOf(run.runId);
    board.update({ run, workers: await follower.countWorkers() });
    nameBrowser(request, response);
    response.render('run', {
      ...{ title: run.given.definition.name, now: Date.now(), part: (id: string) => board.parts.get(id) },
      stream: `${pathOf(run.workflowId)}/events?since=${seenNow()}`,
    });
  });

  app.get('/runs/:id/events', async (request, response) => {
    const { runId, workflowId } = await needRun(request.params.id);
    const board = boardOf(runId);
    sendChanges(request, response, board.parts, (send) =>
      follower.follow(workflowId, (sight) => {
        board.update(sight);
        send();
      }),
    );
  });

  for (const [what, steer] of Object.entries(STEER))
    app.post(`/runs/:id/${what}`, refuseForeignPages([]), async (request, response) => {
      const id = String(request.params.id);
      await steer(client, id);
      response.redirect(303, pathOf(id));
    });

  app.get('/definitions/:name', (request, response) => {
    showDefinition(response, request.params.name, { version: Number(request.query.version) || undefined });
  });

  app.post(
    '/definitions/:name',
    refuseForeignPages([]),
    express.urlencoded({ ...FORM, extended: false }),
    async (request, response) => {
      const name = String(request.params.name);
      const { input = '', version } = request.body ?? {};
      const asked = { version: Number(version) || undefined, input: String(input) };
      try {
        const given = { name, version: asked.version, input: readInput(asked.input) };
        response.redirect(303, pathOf(await startPipeline(client, registry, given)));
      } catch (error) {
        // What was typed is not lost.
        const { status, detail } = problemFor(error as Error);
        response.status(status);
        showDefinition(response, name, { ...asked, error: detail });
      }
    },
  );

  app.use((_request, response) => {
    response
      .status(404)
      .render('message', { headline: 'There is no such page', line: 'Press Reset to see all pipelines.' });
  });
  app.use(showErrors(problemFor));
  return app;

  async function needRun(id: string): Promise<RunTree> {
    const run = await follower.find(id);
    if (!run) throw problem('NOT_FOUND', `There is no run "${id}". Press Reset to see all runs.`);
    return run;
  }

  function showDefinition(
    response: express.Response,
    name: string,
    { version, input, error }: { version?: number; input?: string; error?: string },
  ): void {
    const definition = registry.find(name, version);
    if (!definition)
      throw problem('NOT_FOUND', `"${name}" is not registered. Register it: npm run pipelines register`);
    const definitions = Object.fromEntries(registry.list().map((each) => [each.name, each]));
    const parts = new Parts();
    createDrawing(parts).update(boxesOf({ given: { definition, definitions } }), () => undefined);
    response.render('definition', {
      ...{ title: name, definition, error, drawing: parts.get('drawing') },
      input: input ?? JSON.stringify(inputOf(definition), null, 2),
    });
  }
}

/** Runs only for the paths of the API, and leaves those as they are. */
function whereApi(handler: express.RequestHandler): express.RequestHandler {
  return (request, response, next) =>
    /^\/(api|oauth)\//.test(request.path) ? handler(request, response, next) : next();
}

/** What the form begins with: the names that the definition lists, with their defaults. */
function inputOf({ inputParameters, inputTemplate }: ReturnType<Registry['list']>[number]): object {
  return { ...Object.fromEntries(inputParameters.map((name) => [name, null])), ...inputTemplate };
}

/** @throws a user error when it is no JSON object */
function readInput(text: string): JsonObject {
  let json: unknown;
  try {
    json = JSON.parse(text || '{}');
  } catch (error) {
    throw userError(`The input is not JSON: ${(error as Error).message}. Mend it, and start again.`);
  }
  if (isObject(json)) return json;
  throw userError('The input is no JSON object. Write one, such as {"app": "svc-a"}.');
}

function pathOf(id: string): string {
  return `/runs/${encodeURIComponent(id)}`;
}

function problemFor(error: Error): Problem & { findings?: unknown } {
  const answer = problemOf(error, 'A definition has at most 256 KB, and the README shows one.');
  return error instanceof Refused ? { ...answer, findings: error.findings } : answer;
}
