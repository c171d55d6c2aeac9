// The control port of the cluster: takes orders from npm run cluster on this machine, and from nothing else.
import { createServer, type Server } from 'node:http';
import { z } from 'zod';
import type { SearchPlace } from '../../encores/cluster/server-config.ts';
import { userError } from '../../hello-ip/support/user-error.ts';
import { isToken, makeToken, readControl } from '../control/control-file.ts';
import type { NetworkReport } from '../network/process.ts';
import type { Report } from '../processes/supervisor.ts';
import type { LoggedError } from './logs.ts';

const HEADER = 'x-cluster';
const MOST_BYTES = 1000;
/** A host has a minute to come up. */
const DONE_WITHIN_MS = 70_000;

const Order = z.discriminatedUnion('do', [
  z.object({ do: z.enum(['status', 'lookups', 'leave']) }),
  z.object({ do: z.enum(['start', 'stop', 'kill', 'freeze', 'thaw']), process: z.string() }),
]);
export type Order = z.infer<typeof Order>;

/** What is known of the cluster as a whole. */
export interface Status {
  processes: (Report & { frozen: boolean })[];
  archive?: string;
  search?: SearchPlace;
  /** What the hosts have logged and nobody knows. */
  errors: LoggedError[];
}

/** The answers, by what was asked. */
export interface Answers {
  status: Status;
  lookups: NetworkReport;
  leave: { leaves: true };
  start: { pid: number; ms: number; already?: true };
  stop: { pid: number; ms: number };
  kill: { pid: number; ms: number };
  freeze: { pid: number };
  thaw: { pid: number };
}

/** Carries orders out until it is closed. */
export async function startControl(
  { folder, port }: { folder: string; port: number },
  carryOut: (order: Order) => Promise<unknown>,
): Promise<Server> {
  const token = makeToken(folder, port);
  const server = createServer((request, response) => {
    const say = (status: number, body: object) => void response.writeHead(status).end(JSON.stringify(body));
    if (!isToken(token, request.headers[HEADER])) return say(403, { error: 'This is not your cluster.' });
    let text = '';
    request.on('data', (data) => {
      text = (text + data).slice(0, MOST_BYTES);
    });
    request.on('end', async () => {
      try {
        say(200, (await carryOut(Order.parse(JSON.parse(text)))) as object);
      } catch (error) {
        say(409, { error: (error as Error).message });
      }
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return server;
}

/** @throws a user error when the order fails, or no cluster is up */
export async function askCluster<Do extends keyof Answers>(
  folder: string,
  order: Order & { do: Do },
): Promise<Answers[Do]> {
  const control = readControl(folder);
  const down = userError('The cluster is not up. Start it in another terminal: npm run cluster');
  if (!control) throw down;
  const answer = await fetch(`http://127.0.0.1:${control.port}`, {
    ...{ method: 'POST', body: JSON.stringify(order), headers: { [HEADER]: control.token } },
    signal: AbortSignal.timeout(DONE_WITHIN_MS),
  }).catch(() => {
    throw down;
  });
  const said = (await answer.json()) as Answers[Do] & { error: string };
  if (answer.ok) return said;
  throw userError(said.error);
}
