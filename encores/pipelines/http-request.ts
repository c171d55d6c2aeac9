// One HTTP request, as a task of the type HTTP asks for it.
import { TimeoutError } from 'p-timeout';
import { endInTime } from '../support/exchange.ts';
import { asText } from './expressions.ts';
import { activityFailure } from './failures.ts';
import { asObject, type Json, type JsonObject } from './json.ts';

/** The defaults of HttpTask.java; its documentation says 100 and 150. */
const CONNECT_MS = 3000;
const READ_MS = 3000;
const MOST_BYTES = 1024 * 1024;

/**
 * @param idempotencyKey sent with everything but GET and HEAD, unless the task sends its own
 * @returns `{response: {statusCode, reasonPhrase, headers, body}}`, the body parsed if it is JSON
 * @throws an ApplicationFailure: FAILED for no answer or one that is not 2xx, terminal for what can never be sent
 */
export async function request(
  input: JsonObject,
  idempotencyKey: string,
  signal: AbortSignal,
): Promise<JsonObject> {
  const asked = readRequest(input, idempotencyKey);
  const milliseconds = Number(input.connectionTimeOut ?? CONNECT_MS) + Number(input.readTimeOut ?? READ_MS);
  const exchange = endInTime({ milliseconds, signal }, (hangUp) => send(asked, hangUp));
  const response = await exchange.catch((error) => {
    signal.throwIfAborted();
    throw activityFailure(`${asked.uri} ${whyNot(error, milliseconds)}`, 'FAILED');
  });
  const isGood = response.statusCode >= 200 && response.statusCode < 300;
  if (isGood) return { response };
  throw activityFailure(reasonOf(response, asked.uri), 'FAILED', { response });
}

/** The body, as in Conductor; of problem details (RFC 9457) only what people read. */
function reasonOf({ body, statusCode }: { body: Json; statusCode: number }, uri: string): string {
  if (body === '' || body === null) return `${uri} answered with status ${statusCode}.`;
  const { detail } = asObject(body);
  return typeof detail === 'string' && detail !== '' ? detail : asText(body);
}

interface Asked {
  uri: string;
  method: string;
  headers: Headers;
  body?: string;
}

function readRequest(input: JsonObject, idempotencyKey: string): Asked {
  const { uri, method, body, accept = 'application/json', contentType = 'application/json' } = input;
  if (typeof uri !== 'string' || !URL.canParse(uri) || !/^https?:/.test(uri))
    throw activityFailure(
      `"${asText(uri ?? null)}" is no http or https address.`,
      'FAILED_WITH_TERMINAL_ERROR',
    );
  const verb = String(method ?? '').toUpperCase();
  if (!/^[A-Z]+$/.test(verb))
    throw activityFailure(`"${asText(method ?? null)}" is no method.`, 'FAILED_WITH_TERMINAL_ERROR');
  const isSafe = verb === 'GET' || verb === 'HEAD';
  const headers = new Headers({
    accept: String(accept),
    ...(!isSafe && { 'content-type': String(contentType) }),
  });
  if (!isSafe) headers.set('idempotency-key', idempotencyKey);
  for (const [name, value] of Object.entries(asObject(input.headers)))
    headers.set(name, [value].flat().map(asText).join(', '));
  return { uri, method: verb, headers, body: isSafe || body === undefined ? undefined : asText(body) };
}

async function send({ uri, ...asked }: Asked, signal: AbortSignal) {
  const answer = await fetch(uri, { ...asked, signal, redirect: 'follow' });
  const text = await textWithin(answer, MOST_BYTES);
  const headers = Object.fromEntries([...answer.headers].map(([name, value]) => [name, [value]]));
  return { statusCode: answer.status, reasonPhrase: answer.statusText, headers, body: parsed(text) };
}

async function textWithin(answer: Response, most: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of answer.body ?? []) {
    size += chunk.length;
    if (size > most) throw new Error('answered with more than 1 MB.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function whyNot(error: unknown, milliseconds: number): string {
  if (error instanceof TimeoutError) return `did not answer within ${milliseconds / 1000} s.`;
  const { message, cause } = error as Error & { cause?: { code?: string } };
  return message.startsWith('answered') ? message : `cannot be reached (${cause?.code ?? message}).`;
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
