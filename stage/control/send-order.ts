// Sends one order over the control port. It is accepted within 5 s or withdrawn, and its execution is bounded too.
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { userError } from '../../hello-ip/support/user-error.ts';

/** How long the stage has to accept an order; after that it refuses it. */
const HEARD_WITHIN_MS = 5000;
/** Longer than any order takes: a start is given up after 15 s, a polite stop after 2 s. */
const DONE_WITHIN_MS = 30_000;

const UNHEARD =
  'The stage does not answer. If Ctrl-Z suspended it, type fg in its terminal; otherwise restart it: npm start';
const UNDONE =
  'The order is still not done after 30 s. See why in the terminal of the stage, or run: npm run stage status';

/** How long an answer may take, and the user error for one that takes longer. */
export interface TimeLimit {
  withinMs: number;
  late: Error;
}

/** The response to an order. */
export interface ControlAnswer {
  status: number | undefined;
  body: string;
}

/**
 * Sends an order to the control port. The stage answers "102 Processing" as soon as it has accepted it.
 * @throws a user error when the stage is silent, the limit's own if that is first; the system's if nothing listens
 */
export function sendOrder(
  port: number,
  headers: Record<string, string>,
  order: object,
  limit?: TimeLimit,
): Promise<ControlAnswer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method: 'POST', headers }, (response) => {
      text(response).then((body) => resolve({ status: response.statusCode, body }), reject);
    });
    const giveUp = (message: string) => sent.destroy(userError(message));
    const lastCall = limit && setTimeout(() => sent.destroy(limit.late), limit.withinMs);
    let patience = setTimeout(giveUp, HEARD_WITHIN_MS, UNHEARD);
    sent.on('information', () => {
      clearTimeout(patience);
      patience = setTimeout(giveUp, DONE_WITHIN_MS, UNDONE);
    });
    sent.on('close', () => {
      clearTimeout(patience);
      clearTimeout(lastCall);
    });
    sent.on('error', reject);
    const heardWithinMs = Math.min(HEARD_WITHIN_MS, limit?.withinMs ?? HEARD_WITHIN_MS);
    sent.end(JSON.stringify({ ...order, before: Date.now() + heardWithinMs }));
  });
}
