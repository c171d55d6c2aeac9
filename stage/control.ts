// The stage's control port: takes orders from `npm run stage` on this machine, and from nobody else.
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { userError } from '../hello-ip/user-error.ts';
import { type Answer, type Order, type ProcessStatus, STAGE_HEADER, type StageStatus } from './ask.ts';
import type { Counters, CountersReport } from './counters.ts';
import { type Note, runningElsewhere } from './leftovers.ts';
import type { NetworkReport } from './network.ts';
import { identityOf } from './process-table.ts';
import type { Done, Supervisor } from './supervisor.ts';
import { PROCESSES, type ProcessName } from './words.ts';

const LONGEST_ORDER = 1000;
const GONE_WITHIN_MS = 5000;
const LOOK_EVERY_MS = 10;

const orderSchema: z.ZodType<Order> = z.discriminatedUnion('do', [
  z.object({ do: z.literal('status') }),
  z.object({ do: z.enum(['start', 'stop', 'kill', 'freeze', 'thaw']), process: z.enum(PROCESSES) }),
  z.object({ do: z.literal('network'), order: z.enum(['cut', 'cut silently', 'restore', 'report']) }),
  z.object({ do: z.literal('counters'), order: z.enum(['start', 'kill', 'report']) }),
]);

/** What the control port needs to know of the stage. */
export interface ControlOptions {
  supervisor: Supervisor;
  counters: Counters;
  folder: string;
  ports: StageStatus['ports'];
  profile?: string;
  /** Processes that were left to terminals of the presenter's. */
  without: ReadonlySet<ProcessName>;
}

/** Listens on the control port until it is closed. Rejects when the port is taken. */
export async function startControl(options: ControlOptions): Promise<Server> {
  const carryOut = createOrders(options);
  const server = createServer(async (request, response) => {
    const objection = objectionTo(request, options.ports.control);
    if (objection) return response.writeHead(403).end(JSON.stringify({ error: objection }));
    try {
      const order = orderSchema.parse(JSON.parse(await readAll(request)));
      response.end(JSON.stringify(await carryOut(order)));
    } catch (error) {
      const mistake = error instanceof Error && error.name === 'UserError';
      response
        .writeHead(mistake ? 409 : 400)
        .end(JSON.stringify({ error: mistake ? error.message : String(error) }));
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.ports.control, '127.0.0.1', resolve);
  });
  return server;
}

/** Why an order is not even read: only a program on this machine may give one, never a page in a browser. */
function objectionTo({ method, headers }: IncomingMessage, port: number): string | undefined {
  if (headers.host !== `127.0.0.1:${port}`) return 'The stage takes orders at 127.0.0.1 only.';
  if (headers.origin || headers['sec-fetch-site']) return 'The stage takes no orders from web pages.';
  if (method !== 'POST' || !headers[STAGE_HEADER]) return 'The stage takes orders from: npm run stage';
  return undefined;
}

async function readAll(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) {
    text += chunk;
    if (text.length > LONGEST_ORDER) throw new Error('That order is too long.');
  }
  return text;
}

function createOrders({ supervisor, counters, folder, ports, profile, without }: ControlOptions) {
  const frozen = new Map<ProcessName, number>();

  return async (order: Order): Promise<Answer<Order>> => {
    if (order.do === 'status') return status();
    if (order.do === 'network')
      return (await supervisor.ask('network', { do: order.order })) as NetworkReport;
    if (order.do === 'counters') return count(order.order);
    const name = order.process;
    if (profile && name === 'server') {
      throw userError(
        `The Temporal Service is that of your profile "${profile}". The stage does not touch it.`,
      );
    }
    const yours = runningElsewhere(folder, name);
    switch (order.do) {
      case 'start':
        if (yours)
          throw userError(`The ${name} runs in a terminal of yours (pid ${yours.pid}). Stop it there first.`);
        if (!isPlanned(name)) throw userError(`The ${name} was left to you. Start it with: npm run ${name}`);
        return supervisor.start(name);
      case 'stop':
        return yours ? signalYours(yours, 'SIGTERM') : supervisor.stop(name);
      case 'kill':
        return yours ? signalYours(yours, 'SIGKILL') : supervisor.kill(name);
      default:
        return suspend(name, order.do);
    }
  };

  async function count(order: 'start' | 'kill' | 'report'): Promise<CountersReport> {
    if (order === 'report') return counters.report();
    if (order === 'kill') return counters.kill();
    const { withClient } = await import('./service-client.ts'); // half a second that nobody else waits for
    return withClient((client) => counters.start(client), await status());
  }

  function isPlanned(name: ProcessName): boolean {
    return supervisor.list().some((report) => report.name === name);
  }

  async function status(): Promise<StageStatus> {
    const processes = PROCESSES.map(statusOf);
    const up = processes.some(({ name, state, yours }) => name === 'network' && state === 'ready' && !yours);
    const hung = frozen.get('network') !== undefined && statusOf('network').frozen;
    const network =
      up && !hung ? ((await supervisor.ask('network', { do: 'report' })) as NetworkReport) : undefined;
    return {
      processes,
      network: network && { state: network.state, venue: network.venue },
      profile,
      ports,
    };
  }

  function statusOf(name: ProcessName): ProcessStatus {
    const yours = runningElsewhere(folder, name);
    const report = supervisor.list().find((candidate) => candidate.name === name);
    const pid = yours?.pid ?? report?.pid;
    const isFrozen = pid !== undefined && frozen.get(name) === pid;
    if (yours) return { name, state: 'ready', pid: yours.pid, yours: true, frozen: isFrozen };
    if (report)
      return { ...report, name, yours: without.has(name) && report.pid === undefined, frozen: isFrozen };
    return { name, state: 'stopped', yours: true, frozen: false };
  }

  async function suspend(name: ProcessName, how: 'freeze' | 'thaw'): Promise<Done> {
    if (process.platform === 'win32')
      throw userError('Windows cannot freeze a process. Use: npm run stage kill');
    const { pid } = statusOf(name);
    if (pid === undefined)
      throw userError(`The ${name} is not running. Start it: npm run stage start ${name}`);
    process.kill(pid, how === 'freeze' ? 'SIGSTOP' : 'SIGCONT');
    if (how === 'freeze') frozen.set(name, pid);
    else frozen.delete(name);
    return { pid, ms: 0 };
  }
}

/** Signals a process in a terminal of the presenter's, and waits until it is gone. */
async function signalYours({ pid, identity, name }: Note, signal: 'SIGTERM' | 'SIGKILL'): Promise<Done> {
  const begun = performance.now();
  process.kill(pid, signal);
  while (identityOf(pid) === identity) {
    if (performance.now() - begun > GONE_WITHIN_MS)
      throw userError(`The ${name} does not go. Kill it: npm run stage kill ${name}`);
    await delay(LOOK_EVERY_MS);
  }
  return { pid, ms: Math.round(performance.now() - begun) };
}
