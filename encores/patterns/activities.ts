// The Activities of the patterns. What they change in the world has an idempotency key, because each may be attempted twice.
import { activityInfo, heartbeat, sleep } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { Question } from './input.ts';
import { once } from './once.ts';

const RATE = 1.09;
const HEARTBEAT_MS = 250;
/** Longer than an attempt may take. */
const TOO_LONG_MS = 3000;
/** How long an item takes. */
const ITEM_MS = 5;

/** The exchange rate of a currency. It only reads, so it needs no idempotency key. */
export async function getRate({ currency, exchange }: Question): Promise<number> {
  const isFirst = activityInfo().attempt === 1;
  if (exchange === 'refuses')
    throw ApplicationFailure.nonRetryable(`The exchange trades no ${currency}.`, 'UnknownCurrency');
  if (exchange === 'fails')
    throw ApplicationFailure.retryable('The exchange answered with status 503.', 'ExchangeFailed');
  if (exchange === 'slow' || (exchange === 'slow once' && isFirst)) await whileHeartbeating(TOO_LONG_MS);
  if (exchange === 'silent once' && isFirst) await sleep(TOO_LONG_MS);
  return RATE;
}

/** Sends the welcome letter. Returns how that went. */
export async function sendLetter(letter: { to: string; idempotencyKey: string }): Promise<string> {
  const isNew = once(letter.idempotencyKey, 'letter');
  return isNew ? `Letter sent to ${letter.to}` : `Letter to ${letter.to} was sent by an earlier attempt`;
}

/** The items from one number to another. */
export interface Batch {
  idempotencyKey: string;
  from: number;
  to: number;
}

/**
 * Processes the items of a batch. A new attempt goes on with the item that the last heartbeat of the one before named.
 * Returns how many there are, and how many of them an earlier attempt had done.
 */
export async function processItems({ idempotencyKey, from, to }: Batch) {
  const reached: number = activityInfo().heartbeatDetails ?? from;
  let doneBefore = reached - from;
  for (let item = reached; item <= to; item += 1) {
    heartbeat(item);
    if (!once(idempotencyKey, `item ${item}`)) doneBefore += 1;
    await sleep(ITEM_MS);
  }
  return { items: to - from + 1, doneBefore };
}

async function whileHeartbeating(milliseconds: number): Promise<void> {
  const beating = setInterval(heartbeat, HEARTBEAT_MS);
  try {
    await sleep(milliseconds);
  } finally {
    clearInterval(beating);
  }
}
