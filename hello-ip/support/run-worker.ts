// Runs a Worker until Ctrl-C, and makes a new one in the same process as soon as a killed Temporal Service is back.
// A production Worker needs none of this: `await worker.run()` survives an outage too, but resumes up to 10 s later,
// because all its pollers back off in step and no setting changes that.
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import {
  bundleWorkflowCode,
  DefaultLogger,
  type LogEntry,
  NativeConnection,
  Runtime,
  Worker,
  type WorkerOptions,
} from '@temporalio/worker';
import { runtimeTuning } from '../stage-tuning.ts';
import { createClient } from './connection.ts';
import { isOnThisMachine, readProfile } from './profile.ts';
import { userError } from './user-error.ts';

/** Longer than a connection that was refused waits before it tries again (stage-tuning.ts): one refusal is one failed probe. */
const PROBE_INTERVAL_MS = 300;
const RECONNECT_NEARBY_INTERVAL_MS = 250;
const PROBE_DEADLINE_MS = 1000;
/** With a Service elsewhere, each attempt may cost a TLS handshake. */
const RECONNECT_INTERVAL_MS = 2000;
/** One failed probe is not an outage: behind a load balancer, a single host may be gone. */
const FAILED_PROBES = 2;

/** What a Worker needs besides the Temporal Service, which its profile names. */
export type RunWorkerOptions = Omit<WorkerOptions, 'connection' | 'namespace'>;

const stopped = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stopped.abort());

const { METRICS_PORT } = process.env;
try {
  Runtime.install({
    ...runtimeTuning,
    logger: new DefaultLogger('INFO', print),
    telemetryOptions: {
      // An outage gets one line from us; Core would add one for every failed poll.
      logging: { filter: 'off' },
      // For Prometheus, on this machine only.
      metrics: METRICS_PORT ? { prometheus: { bindAddress: `127.0.0.1:${METRICS_PORT}` } } : undefined,
    },
    shutdownSignals: [],
  });
} catch (error) {
  if (!METRICS_PORT) throw error;
  throw userError(
    `The metrics cannot be answered at METRICS_PORT=${METRICS_PORT} (${(error as Error).message}). Set it to a port that is free, or unset it.`,
  );
}

/** Of everything logged, prints what a Workflow says, word for word, and errors. */
function print({ level, message, meta }: LogEntry): void {
  if (meta?.sdkComponent === 'workflow' && meta.workflowId && level === 'INFO') console.log(message);
  if (level === 'ERROR') console.error(message, meta?.error ?? '');
}

const service = readProfile();
// One connection for all probes, which fails at once when nobody answers; the Worker's own retries for 9 s.
const client = createClient(service);
const { address } = service.connectionOptions;
const isNearby = isOnThisMachine(service);

/**
 * Runs the Worker until SIGINT, SIGTERM or SIGHUP; it may be started before the Temporal Service.
 * @throws what Worker.create throws while the Temporal Service answers, for example if the namespace does not exist
 */
export async function runWorker({ workflowsPath, ...options }: RunWorkerOptions): Promise<void> {
  const codePath = process.env.WORKFLOW_BUNDLE;
  // Bundled here, which takes a second, unless the stage has done it already.
  const bundle = codePath
    ? { codePath }
    : workflowsPath && (await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') }));
  const workflowBundle = bundle || undefined;
  for (;;) {
    const connection = await connectOnceServiceAnswers();
    if (!connection) return client.connection.close();
    await workUntilServiceIsGone({ ...options, workflowBundle, connection, namespace: service.namespace });
  }
}

async function workUntilServiceIsGone(
  options: WorkerOptions & { connection: NativeConnection },
): Promise<void> {
  const { connection, taskQueue } = options;
  const gone = isNearby ? untilServiceIsGone() : untilStopped();
  const creating = Worker.create(options);
  const worker = await Promise.race([creating.catch(throwUnlessServiceIsGone), gone]);
  // Core may still finish creating it, for up to 10 s; shut that one down.
  if (!worker)
    return closeAfter(
      creating.then((late) => late.runUntil(async () => {})),
      connection,
    );
  const ended = worker.run();
  console.log(`Worker ready: polling Task Queue "${taskQueue}" at ${address}, pid ${process.pid}.`);
  await Promise.race([ended, gone]);
  if (worker.getState() === 'RUNNING') worker.shutdown();
  // Not awaited: an Activity that has just finished is reported once the Temporal Service is back.
  closeAfter(ended, connection);
}

function closeAfter(ended: Promise<void>, connection: NativeConnection): void {
  ended.finally(() => connection.close()).catch(() => {});
}

/** If a Worker could not be created because the Temporal Service went away just then, that is only an outage. */
async function throwUnlessServiceIsGone(error: unknown): Promise<undefined> {
  if (await serviceAnswers()) throw error;
}

/** A connection once the Temporal Service answers; none if this process is told to stop first. */
async function connectOnceServiceAnswers(): Promise<NativeConnection | undefined> {
  for (let attempt = 0; !stopped.signal.aborted; attempt += 1) {
    try {
      return await NativeConnection.connect(service.connectionOptions);
    } catch (error) {
      if (attempt === 0) console.log(`Worker waiting: no Temporal Service at ${address}${reason(error)}.`);
      await pause(isNearby ? RECONNECT_NEARBY_INTERVAL_MS : RECONNECT_INTERVAL_MS);
    }
  }
  return undefined;
}

/** Resolves when the Temporal Service on this machine no longer answers, or this process is told to stop. */
async function untilServiceIsGone(): Promise<undefined> {
  let failed = 0;
  while (failed < FAILED_PROBES && !stopped.signal.aborted) {
    await pause(PROBE_INTERVAL_MS);
    failed = (await serviceAnswers()) ? 0 : failed + 1;
  }
}

/** A Service elsewhere is never killed here; Core survives its outages, as in production. */
async function untilStopped(): Promise<undefined> {
  if (!stopped.signal.aborted) await once(stopped.signal, 'abort');
}

async function serviceAnswers(): Promise<boolean> {
  try {
    const deadline = Date.now() + PROBE_DEADLINE_MS;
    await client.withDeadline(deadline, () => client.workflowService.getSystemInfo({}));
    return true;
  } catch {
    return false;
  }
}

/** A refused connection needs no explanation here; for anything else (TLS, credentials) the reason is shown. */
function reason(error: unknown): string {
  return String(error).includes('ConnectionRefused') ? '' : ` (${error})`;
}

async function pause(ms: number): Promise<void> {
  await delay(ms, undefined, { signal: stopped.signal }).catch(() => {});
}
