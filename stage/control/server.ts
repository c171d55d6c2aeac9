// The stage's control port: takes orders from `npm run stage` on this machine, and from nothing else.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { userError } from '../../hello-ip/support/user-error.ts';
import { appUrl, listenHost } from '../../hello-ip/web/hosts.ts';
import { refusePipelining } from '../../hello-ip/web/pipelining.ts';
import type { Door } from '../../hello-ip/web/room/addresses.ts';
import { roomFile } from '../../hello-ip/web/room/state.ts';
import type { NetworkOrder, NetworkReport } from '../network/process.ts';
import { faultLogFile, noteFault } from '../processes/fault-log.ts';
import { ALL_PROCESSES, ENCORES, PROCESSES, type ProcessName } from '../processes/names.ts';
import { type Note, runningElsewhere } from '../processes/pid-files.ts';
import { identityOf, isSuspended } from '../processes/process-table.ts';
import { roomPath } from '../processes/room-path.ts';
import type { Done, Supervisor } from '../processes/supervisor.ts';
import {
  type ControlRefusal,
  type Order,
  type OrderResult,
  type ProcessStatus,
  STAGE_HEADER,
  type StageStatus,
} from './client.ts';
import { isToken, makeToken } from './control-file.ts';
import type { Counters, CountersReport } from './counters.ts';
import type { LiveAnswer } from './live.ts';

const MAX_ORDER_LENGTH = 1000;
const GONE_WITHIN_MS = 5000;
const POLL_INTERVAL_MS = 10;
/** Status is asked for often, and a hanging network should be reported, not waited for. */
const NETWORK_STATUS_MS = 500;

const orderSchema: z.ZodType<Order> = z.discriminatedUnion('do', [
  z.object({ do: z.literal('status') }),
  z.object({ do: z.enum(['start', 'stop', 'kill', 'freeze', 'thaw']), process: z.enum(ALL_PROCESSES) }),
  z.object({ do: z.literal('network'), order: z.enum(['cut', 'cut silently', 'restore', 'report']) }),
  z.object({ do: z.literal('note'), bug: z.enum(['in', 'out']) }),
  z.object({ do: z.literal('counters'), order: z.enum(['start', 'kill', 'clear', 'report']) }),
]);

/** An order expires at this time, in milliseconds since 1970: its sender has been told that it failed. */
const deadlineSchema = z.object({ before: z.number() });

/** What the control port needs to know about the stage. */
export interface ControlOptions {
  supervisor: Supervisor;
  counters: Counters;
  folder: string;
  ports: StageStatus['ports'];
  profile?: string;
  service: StageStatus['service'];
  /** Processes that the presenter runs in other terminals. */
  without: ReadonlySet<ProcessName>;
}

/** Listens on the control port until it is closed. Rejects when the port is taken. */
export async function startControl(options: ControlOptions): Promise<Server> {
  // The score begins anew with each reset: what was rehearsed is not in it.
  let since = new Date();
  const carryOut = createOrders(options, () => {
    since = new Date();
  });
  const token = makeToken(options.folder, options.ports.control);
  const answerLive = createLazyLive(options, () => since);

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
    const isLive = isForSlides(request, options);
    const objection = isLive ? undefined : objectionTo(request, options, token);
    if (objection) return response.writeHead(403).end(JSON.stringify(objection));
    try {
      if (isLive) return await answerLive(request, response);
      const given = JSON.parse(await readAll(request));
      const order = orderSchema.parse(given);
      if (Date.now() > deadlineSchema.parse(given).before)
        throw userError('The order came too late and was not carried out. Give it again.');
      response.writeProcessing(); // accepted; from now on it may take as long as it needs
      return response.end(JSON.stringify(await carryOut(order)));
    } catch (error) {
      const mistake = error instanceof Error && error.name === 'UserError';
      return response
        .writeHead(mistake ? 409 : 400)
        .end(JSON.stringify({ error: mistake ? error.message : String(error) }));
    }
  }

  const server = createServer((request, response) => {
    refusePipelining(request, response, () => void answer(request, response));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.ports.control, '127.0.0.1', resolve);
  });
  return server;
}

function isOurHost({ headers }: Pick<IncomingMessage, 'headers'>, { ports }: ControlOptions): boolean {
  return headers.host === `127.0.0.1:${ports.control}`;
}

/** The one thing that is answered without the token: it only reads, and no web page may see it. */
function isForSlides(request: IncomingMessage, options: ControlOptions): boolean {
  return request.method === 'GET' && request.url === '/live.json' && isOurHost(request, options);
}

/** Made at the first request: loading the Temporal client takes a third of a second, which no order should wait for. */
function createLazyLive(options: ControlOptions, countedSince: () => Date): LiveAnswer {
  let making: Promise<LiveAnswer> | undefined;
  return async (request, response) => {
    making ??= makeLiveAnswer(options, countedSince);
    return (await making)(request, response);
  };
}

async function makeLiveAnswer(options: ControlOptions, countedSince: () => Date): Promise<LiveAnswer> {
  const { createLiveAnswer } = await import('./live.ts');
  const { createStageClient } = await import('./service-client.ts');
  return createLiveAnswer({
    client: createStageClient(options),
    counters: options.counters,
    faultLog: faultLogFile(options.folder),
    countedSince,
    app: appUrl(listenHost(), options.ports.app),
    door: await doorReader(options),
  });
}

/** The room's door, as the wall shows it. */
async function doorReader({ folder, ports }: ControlOptions): Promise<() => Promise<Door | undefined>> {
  const { doorAddresses, doorAt } = await import('../../hello-ip/web/room/addresses.ts');
  const room = roomFile(roomPath(folder));
  return async () => {
    const { open, address } = room.read();
    const [first] = open ? await doorAddresses(address) : [];
    return first && doorAt(first.address, ports.app);
  };
}

/** Why an order is refused unread: only programs of the user who started the stage may give one, never a web page. */
function objectionTo(
  { method, headers }: IncomingMessage,
  options: ControlOptions,
  token: string,
): ControlRefusal | undefined {
  if (!isOurHost({ headers }, options)) return { error: 'The stage takes orders at 127.0.0.1 only.' };
  if (headers.origin || headers['sec-fetch-site'])
    return { error: 'The stage takes no orders from web pages.' };
  if (method !== 'POST' || !isToken(token, headers[STAGE_HEADER]))
    return { error: 'The stage takes orders from: npm run stage', folder: options.folder };
  return undefined;
}

async function readAll(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) {
    text += chunk;
    if (text.length > MAX_ORDER_LENGTH) throw new Error('That order is too long.');
  }
  return text;
}

function createOrders(options: ControlOptions, countAnew: () => void) {
  const { supervisor, counters, folder, ports, profile, service, without } = options;

  return async (order: Order): Promise<OrderResult<Order>> => {
    if (order.do === 'status') return status();
    if (order.do === 'network') return switchNetwork(order.order);
    if (order.do === 'note') return note(order.bug);
    if (order.do === 'counters') return count(order.order);
    const name = order.process;
    if (profile && name === 'server') {
      throw userError(
        `The Temporal Service belongs to your profile "${profile}". The stage does not touch it.`,
      );
    }
    const yours = runningElsewhere(folder, name);
    switch (order.do) {
      case 'start':
        if (yours)
          throw userError(
            `The ${name} is running in your own terminal (pid ${yours.pid}). Stop it there first.`,
          );
        if (!isPlanned(name)) throw userError(`The ${name} is yours to start. Run: npm run ${name}`);
        return startUnlessFrozen(name);
      case 'stop':
        return yours ? signalYours(yours, 'SIGTERM') : supervisor.stop(name);
      case 'kill':
        return yours ? signalYours(yours, 'SIGKILL') : supervisor.kill(name);
      default:
        return suspend(name, order.do);
    }
  };

  async function switchNetwork(order: NetworkOrder['do']): Promise<NetworkReport> {
    const report = (await supervisor.ask('network', { do: order })) as NetworkReport;
    if (order !== 'report') noteFault(folder, 'lookups', order === 'restore' ? 'back' : 'cut');
    return report;
  }

  function note(bug: 'in' | 'out'): Record<string, never> {
    noteFault(folder, 'code', bug === 'in' ? 'bug' : 'back');
    return {};
  }

  async function startUnlessFrozen(name: ProcessName): Promise<Done> {
    const done = await supervisor.start(name);
    if (done.already && isSuspended(done.pid))
      throw userError(
        `The ${name} is running, but frozen (pid ${done.pid}). Thaw it: npm run stage thaw ${name}`,
      );
    return done;
  }

  async function count(order: 'start' | 'kill' | 'clear' | 'report'): Promise<CountersReport> {
    if (order === 'report') return counters.report();
    if (order === 'clear') {
      countAnew();
      return counters.clear();
    }
    if (order === 'kill') return counters.kill();
    const { withClient } = await import('./service-client.ts'); // takes half a second, which no other order should wait for
    return withClient((client) => counters.start(client), await status());
  }

  function isPlanned(name: ProcessName): boolean {
    return supervisor.list().some((report) => report.name === name);
  }

  async function status(): Promise<StageStatus> {
    // An encore is no part of the talk until somebody has started it.
    const encores = ENCORES.map(statusOf).filter(
      ({ pid, ended }) => pid !== undefined || ended !== undefined,
    );
    const processes = [...PROCESSES.map(statusOf), ...encores];
    const up = processes.some(({ name, state, yours }) => name === 'network' && state === 'ready' && !yours);
    const network = up ? await networkIfItAnswers() : undefined;
    return {
      processes,
      network: network && { state: network.state, venue: network.venue },
      profile,
      service,
      ports,
    };
  }

  async function networkIfItAnswers(): Promise<NetworkReport | undefined> {
    const asked = supervisor.ask('network', { do: 'report' }, NETWORK_STATUS_MS);
    return asked.catch(() => undefined) as Promise<NetworkReport | undefined>;
  }

  function statusOf(name: ProcessName): ProcessStatus {
    const yours = runningElsewhere(folder, name);
    const report = supervisor.list().find((candidate) => candidate.name === name);
    const pid = yours?.pid ?? report?.pid;
    const frozen = pid !== undefined && isSuspended(pid);
    if (yours) return { name, state: 'ready', pid: yours.pid, yours: true, frozen };
    if (report) return { ...report, name, yours: without.has(name) && report.pid === undefined, frozen };
    return { name, state: 'stopped', yours: true, frozen: false };
  }

  async function suspend(name: ProcessName, how: 'freeze' | 'thaw'): Promise<Done> {
    if (process.platform === 'win32')
      throw userError('Windows cannot freeze a process. Use: npm run stage kill');
    const begun = performance.now();
    const { pid, frozen } = statusOf(name);
    if (pid === undefined)
      throw userError(`The ${name} is not running. Start it: npm run stage start ${name}`);
    if (how === 'thaw' && !frozen)
      throw userError(`The ${name} is not frozen (pid ${pid}). See its state: npm run stage status`);
    signalIfThere(pid, how === 'freeze' ? 'SIGSTOP' : 'SIGCONT');
    await untilSo(() => isSuspended(pid) === (how === 'freeze'));
    return { pid, ms: Math.round(performance.now() - begun) };
  }
}

/** Resolves with true once it is so, or with false after 5 s. */
async function untilSo(isSo: () => boolean): Promise<boolean> {
  const bound = performance.now() + GONE_WITHIN_MS;
  while (!isSo()) {
    if (performance.now() > bound) return false;
    await delay(POLL_INTERVAL_MS);
  }
  return true;
}

function signalIfThere(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Signals a process in the presenter's own terminal, and waits until it is gone. */
async function signalYours({ pid, identity, name }: Note, signal: 'SIGTERM' | 'SIGKILL'): Promise<Done> {
  const begun = performance.now();
  signalIfThere(pid, signal);
  if (!(await untilSo(() => identityOf(pid) !== identity)))
    throw userError(`The ${name} will not exit. Kill it: npm run stage kill ${name}`);
  return { pid, ms: Math.round(performance.now() - begun) };
}
