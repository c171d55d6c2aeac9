// What a route of the API is: one description, from which both the server and its OpenAPI document are made.
import express, { type Request, type Response, type Router } from 'express';
import { refuseForeign } from '../../support/problem.ts';

/** What is sent or answered, by the name of its schema in the OpenAPI document. */
export type Content = 'Definition' | 'TaskDefinition' | 'Json' | 'text' | 'Start' | 'Execution' | 'Problem';

export interface Route {
  method: 'get' | 'post' | 'put' | 'delete';
  /** As OpenAPI writes it: "/api/workflow/{workflowId}". */
  path: string;
  /** What it does, in a few words. */
  summary: string;
  query?: Record<string, string>;
  body?: Content;
  /** Its statuses, with what is answered. */
  answers: Record<number, Content | undefined>;
  /** Sends the answer. @throws what is answered as problem details */
  handle(request: Request, response: Response): Promise<unknown> | unknown;
}

const LIMIT = '1mb';

/** A router that has these routes. */
export function routerOf(routes: readonly Route[]): Router {
  const router = express.Router();
  // A script may post JSON without a header that says so, as curl does.
  router.use(express.json({ limit: LIMIT, type: () => true, strict: false }));
  for (const { method, path, handle } of routes) {
    const guards = method === 'get' ? [] : [refuseForeign];
    router[method](path.replace(/\{(\w+)\}/g, ':$1'), ...guards, async (request, response) => {
      await handle(request, response);
    });
  }
  return router;
}
