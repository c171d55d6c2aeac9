// The releases for scripts: JSON in and out, errors as problem details (RFC 9457).
import type { Client } from '@temporalio/client';
import express, { type ErrorRequestHandler, type Response, type Router } from 'express';
import { codeOf, isAway, troubleOf } from '../../../hello-ip/support/service-error.ts';
import { cancelRelease, draftPlan, startRelease, unknownRelease } from '../client.ts';
import type { Follower, Release } from '../follow.ts';
import { summaryOf } from '../tree.ts';

const TITLES: Record<number, string> = {
  400: 'Bad request',
  403: 'Forbidden',
  404: 'Not found',
  409: 'Conflict',
  413: 'Too large',
  415: 'Unsupported media type',
  502: 'Bad gateway',
  503: 'Service unavailable',
};

/** An error that is an answer: its status, and two sentences. */
export interface Problem {
  status: number;
  detail: string;
}

/**
 * `GET /health`, `GET` and `POST /api/releases`, `GET /api/releases/<id>`, `POST /api/releases/<id>/cancel`.
 * A plan that is posted may leave out its id, and the waves of the demo.
 */
export function createApi(client: Client, follower: Follower): Router {
  const api = express.Router();

  api.get('/health', async (_request, response) => {
    const { awaySince, trouble, workers } = await follower.look();
    response.status(awaySince ? 503 : 200).json({
      status: awaySince ? 'down' : 'up',
      temporalService: awaySince ? (trouble ?? 'away') : 'up',
      workers: workers ?? null,
    });
  });

  api.get('/api/releases', async (_request, response) => {
    const { releases = [], awaySince } = await follower.look();
    response.json({
      releases: releases.map(shortOf),
      ...(awaySince && { serviceAwaySince: new Date(awaySince).toISOString() }),
    });
  });

  api.post('/api/releases', refuseForeign, express.json({ limit: '1mb' }), async (request, response) => {
    if (!request.is('json')) return answer(response, 415, 'That is not JSON. Send it as application/json.');
    const plan = draftPlan(request.body);
    const { workflowId, runId } = await startRelease(client, plan);
    response
      .status(201)
      .location(`/api/releases/${encodeURIComponent(plan.id)}`)
      .json({ id: plan.id, workflowId, runId });
  });

  api.get('/api/releases/:id', async (request, response) => {
    const release = await follower.find(request.params.id);
    if (!release) throw unknownRelease(request.params.id);
    response.json({ ...shortOf(release), hierarchy: release.tree });
  });

  api.post('/api/releases/:id/cancel', refuseForeign, async (request, response) => {
    const id = String(request.params.id);
    await cancelRelease(client, id);
    response.status(202).json({ id, cancellation: 'requested' });
  });

  api.use(['/api', '/health'], (_request, response) =>
    answer(response, 404, 'There is nothing here. The releases are at /api/releases.'),
  );
  api.use(['/api', '/health'], answerErrors);
  return api;
}

function shortOf({ plan, tree, workflowId, runId, startedAt, endedAt, isCancelAsked }: Release) {
  return {
    ...{ id: plan.id, name: plan.name ?? plan.id, description: plan.description, workflowId, runId },
    ...summaryOf(tree),
    appDeployTime: plan.appDeployTime,
    scenario: plan.scenario,
    startedAt: new Date(startedAt).toISOString(),
    endedAt: endedAt === undefined ? null : new Date(endedAt).toISOString(),
    cancellationRequested: isCancelAsked,
  };
}

/** A page from another site must not start or cancel anything for whoever looks at it. */
const refuseForeign: express.RequestHandler = ({ headers }, response, next) => {
  if (!headers.origin || headers.origin.replace(/^https?:\/\//, '') === headers.host) return next();
  answer(response, 403, 'That came from a page of another site. Use a page of this app, or a script.');
};

const answerErrors: ErrorRequestHandler = (error, _request, response, _next) => {
  if (response.headersSent) return response.destroy();
  const { status, detail } = problemOf(error);
  answer(response, status, detail);
};

/** What is answered when something fails. */
export function problemOf(error: Error & { code?: unknown; status?: number }): Problem {
  const detail = error.message;
  if (error.name === 'UserError') {
    const statuses: Record<string, number> = { NOT_FOUND: 404, CONFLICT: 409 };
    return { status: statuses[String(error.code)] ?? 400, detail };
  }
  if (error.status === 413) return { status: 413, detail: 'That is too long. A plan has at most 1 MB.' };
  if (error.status && error.status < 500)
    return { status: error.status, detail: 'That is not JSON. Send a plan, as the README shows it.' };
  if (codeOf(error) === undefined) {
    console.error('App error:', error);
    return { status: 500, detail: 'Something went wrong in the app. Its terminal says what.' };
  }
  if (!isAway(error)) return { status: 502, detail: troubleOf(error) ?? detail };
  return {
    status: 503,
    detail: 'The Temporal Service is away. Ask again when it is back: nothing is lost.',
  };
}

function answer(response: Response, status: number, detail: string): void {
  const title = TITLES[status] ?? 'Error';
  response
    .status(status)
    .type('application/problem+json')
    .json({ type: 'about:blank', title, status, detail });
}
