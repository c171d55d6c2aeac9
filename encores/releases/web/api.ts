// The releases for scripts: JSON in and out, errors as problem details (RFC 9457).
import type { Client } from '@temporalio/client';
import express, { type Router } from 'express';
import { answerProblem, answerWith, type Problem, problemOf, refuseForeign } from '../../support/problem.ts';
import { cancelRelease, draftPlan, startRelease, unknownRelease } from '../client.ts';
import type { Follower, Release } from '../follow.ts';
import { summaryOf } from '../tree.ts';

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
    if (!request.is('json'))
      return answerProblem(response, 415, 'That is not JSON. Send it as application/json.');
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
    answerProblem(response, 404, 'There is nothing here. The releases are at /api/releases.'),
  );
  api.use(['/api', '/health'], answerWith(problemOfPlan));
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

/** What is answered when something fails. */
export const problemOfPlan = (error: Error): Problem =>
  problemOf(error, 'A plan has at most 1 MB, and the README shows one.');
