// Errors as answers of a page and its API: a status of their own and two sentences, as problem details (RFC 9457).
import { STATUS_CODES } from 'node:http';
import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import { codeOf, isAway, troubleOf } from '../../hello-ip/support/service-error.ts';
import { userError } from '../../hello-ip/support/user-error.ts';

const STATUSES = {
  BAD_REQUEST: 400,
  UNAUTHORIZED: 401,
  NOT_FOUND: 404,
  CONFLICT: 409,
  TOO_LARGE: 413,
} as const;

/** An error that is an answer: its status, and two sentences. */
export interface Problem {
  status: number;
  detail: string;
}

/** A user error with a code, by which the API chooses its status. */
export function problem(code: keyof typeof STATUSES, message: string): Error {
  return Object.assign(userError(message), { code });
}

/**
 * What is answered when something fails.
 * @param asked what may be sent, as a sentence: "A plan has at most 1 MB, and the README shows one."
 */
export function problemOf(error: Error & { code?: unknown; status?: number }, asked: string): Problem {
  const detail = error.message;
  if (error.name === 'UserError')
    return { status: STATUSES[error.code as keyof typeof STATUSES] ?? 400, detail };
  if (error.status === 413) return { status: 413, detail: `That is too long. ${asked}` };
  if (error.status && error.status < 500)
    return { status: error.status, detail: `That is not JSON. ${asked}` };
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

/** @param more further members, such as a list of findings */
export function answerProblem(response: Response, status: number, detail: string, more?: object): void {
  response
    .status(status)
    .type('application/problem+json')
    .json({ type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, detail, ...more });
}

/** Answers every error of an API. */
export function answerWith(problemFor: (error: Error) => Problem): ErrorRequestHandler {
  return (error, _request, response, _next) => {
    if (response.headersSent) return response.destroy();
    const { status, detail, ...more } = problemFor(error);
    answerProblem(response, status, detail, more);
  };
}

/** A page from another site must not start or cancel anything for whoever looks at it. */
export const refuseForeign: RequestHandler = ({ headers }, response, next) => {
  if (!headers.origin || headers.origin.replace(/^https?:\/\//, '') === headers.host) return next();
  answerProblem(response, 403, 'That came from a page of another site. Use a page of this app, or a script.');
};
