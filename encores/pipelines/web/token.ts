// Who may use the API where a key and a secret are set: those who have exchanged them for a token, as Conductor's clients do.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { RequestHandler } from 'express';
import { userError } from '../../../hello-ip/support/user-error.ts';
import { answerProblem } from '../../support/problem.ts';
import { createSessions } from '../../support/sessions.ts';

export interface Tokens {
  /** @returns a token, or undefined where key or secret are wrong */
  exchange(keyId: unknown, keySecret: unknown): string | undefined;
  /** Refuses whoever has no token: in `X-Authorization`, or as a bearer in `Authorization`. */
  guard: RequestHandler;
}

/** Tokens for PIPELINES_KEY and PIPELINES_SECRET; everybody is let in where neither is set. @throws a user error for half of them */
export function createTokens({ PIPELINES_KEY, PIPELINES_SECRET }: NodeJS.ProcessEnv): Tokens {
  if (Boolean(PIPELINES_KEY) !== Boolean(PIPELINES_SECRET))
    throw userError('PIPELINES_KEY and PIPELINES_SECRET belong together. Set both, or unset both.');
  const sessions = createSessions();
  return {
    exchange(keyId, keySecret) {
      if (!PIPELINES_KEY || !PIPELINES_SECRET) return sessions.open();
      const isKey = isSame(keyId, PIPELINES_KEY);
      return isSame(keySecret, PIPELINES_SECRET) && isKey ? sessions.open() : undefined;
    },
    guard(request, response, next) {
      const bearer = request.get('authorization')?.replace(/^Bearer /i, '');
      if (!PIPELINES_KEY || sessions.isOpen(request.get('x-authorization') ?? bearer ?? '')) return next();
      answerProblem(
        response,
        401,
        'There is no valid token. Get one: POST /api/token with keyId and keySecret.',
      );
    },
  };
}

function isSame(given: unknown, secret: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return typeof given === 'string' && timingSafeEqual(hash(given), hash(secret));
}
