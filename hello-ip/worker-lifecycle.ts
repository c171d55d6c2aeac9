// Stage tuning for a whole Worker: a new Worker object as soon as the Temporal Service is back, in the same process.
// A production Worker needs none of it: `await worker.run()` survives an outage too, only up to 10 s later,
// because all its pollers back off in step and no setting changes that.
import { setTimeout as delay } from 'node:timers/promises';
import {
  bundleWorkflowCode,
  DefaultLogger,
  type LogEntry,
  NativeConnection,
  Runtime,
  type Worker,
  type WorkflowBundleOption,
} from '@temporalio/worker';
import { connectionOptions } from './profile.ts';
import { runtimeTuning } from './stage-tuning.ts';

const LOOK_EVERY_MS = 250;

const stopped = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stopped.abort());

Runtime.install({
  ...runtimeTuning,
  logger: new DefaultLogger('INFO', print),
  // An outage is one line of ours; Core would add one for every poll that fails.
  telemetryOptions: { logging: { filter: 'off' } },
  shutdownSignals: [],
});

/** Of all that is logged: what a Workflow says, as it says it, and what is broken. */
function print({ level, message, meta }: LogEntry): void {
  if (meta?.sdkComponent === 'workflow' && meta.workflowId && level === 'INFO') console.log(message);
  if (level === 'ERROR') console.error(message, meta?.error ?? '');
}

/** The Workflow's code as a bundle: the one named by WORKFLOW_BUNDLE, or made here once, which takes a second. */
export async function workflowCode(workflowsPath: string): Promise<WorkflowBundleOption> {
  const codePath = process.env.WORKFLOW_BUNDLE;
  if (codePath) return { codePath };
  return bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') });
}

type CreateWorker = (connection: NativeConnection) => Promise<Worker>;

/** Runs a Worker whenever the Temporal Service is there, until SIGINT, SIGTERM or SIGHUP. */
export async function keepWorking(createWorker: CreateWorker): Promise<void> {
  for (;;) {
    const connection = await connectWhenServiceAnswers();
    if (!connection) return;
    await workUntilServiceIsGone(connection, createWorker);
  }
}

async function workUntilServiceIsGone(
  connection: NativeConnection,
  createWorker: CreateWorker,
): Promise<void> {
  const gone = serviceGone();
  const creating = createWorker(connection);
  const worker = await Promise.race([creating.catch(throwUnlessGone), gone]);
  // What Core still makes of it, for up to 10 s, is not wanted any more.
  if (!worker)
    return discard(
      creating.then((late) => late.runUntil(async () => {})),
      connection,
    );
  const ended = worker.run();
  console.log(
    `Worker ready: polls Task Queue "${worker.options.taskQueue}" at ${connectionOptions.address}, pid ${process.pid}.`,
  );
  await Promise.race([ended, gone]);
  if (worker.getState() === 'RUNNING') worker.shutdown();
  // Not awaited: an Activity that has just finished is reported when the Temporal Service is back.
  discard(ended, connection);
}

function discard(rest: Promise<void>, connection: NativeConnection): void {
  rest.finally(() => connection.close()).catch(() => {});
}

/** A Worker that could not be made because the Temporal Service went away just then is no error, only an outage. */
async function throwUnlessGone(error: unknown): Promise<undefined> {
  if (await serviceAnswers()) throw error;
}

/** A connection once the Temporal Service answers; none when this process is to stop first. */
async function connectWhenServiceAnswers(): Promise<NativeConnection | undefined> {
  for (let look = 0; !stopped.signal.aborted; look += 1) {
    try {
      return await NativeConnection.connect(connectionOptions);
    } catch (error) {
      if (look === 0)
        console.log(`Worker waits: no Temporal Service at ${connectionOptions.address}${reason(error)}.`);
      await pause();
    }
  }
  return undefined;
}

/** Resolves when the Temporal Service no longer answers, or this process is to stop. */
async function serviceGone(): Promise<undefined> {
  do await pause();
  while (!stopped.signal.aborted && (await serviceAnswers()));
}

async function serviceAnswers(): Promise<boolean> {
  try {
    await (await NativeConnection.connect(connectionOptions)).close();
    return true;
  } catch {
    return false;
  }
}

/** Refused is what everybody expects here; of anything else (TLS, credentials) the reason must be seen. */
function reason(error: unknown): string {
  return String(error).includes('ConnectionRefused') ? '' : ` (${error})`;
}

async function pause(): Promise<void> {
  await delay(LOOK_EVERY_MS, undefined, { signal: stopped.signal }).catch(() => {});
}
