// The routes of the history, where it is kept: what it says of all runs, of one, and how to make it anew.
import type { Client } from '@temporalio/client';
import { problem } from '../../support/problem.ts';
import type { Database } from '../history/database.ts';
import { rebuild } from '../history/recorder.ts';
import { reportOf } from '../history/report.ts';
import { readRun } from '../history/store.ts';
import type { Route } from './routes.ts';

export function historyRoutes(client: Client, history: Database): Route[] {
  return [
    {
      ...{ method: 'get', path: '/api/v1/report', summary: 'Run times and success rates' },
      answers: { 200: 'Json' },
      handle: async (_, response) => response.json(await reportOf(history)),
    },
    {
      ...{ method: 'get', path: '/api/v1/history/{id}', summary: 'A run as rows of the history' },
      answers: { 200: 'Json', 404: 'Problem' },
      async handle({ params }, response) {
        const rows = await readRun(history, String(params.id));
        if (!rows)
          throw problem(
            'NOT_FOUND',
            `The history has no run "${params.id}". List the runs: GET /api/workflow`,
          );
        response.json(rows);
      },
    },
    {
      ...{
        method: 'post',
        path: '/api/v1/history/rebuild',
        summary: 'Writes all runs from their Event Histories',
      },
      answers: { 200: 'Json', 503: 'Problem' },
      handle: async (_, response) => response.json({ runs: await rebuild(client, history) }),
    },
  ];
}
