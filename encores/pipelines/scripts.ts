// Evaluates the scripts of pipelines, one after the other, in a thread of their own. They come from whoever wrote the
// definition, so they run neither in Node nor in the Workflow's sandbox, which is no boundary for that.
import { Worker } from 'node:worker_threads';
import type { Json, JsonObject } from './json.ts';

/** The thread stops a script after 1 s itself, except in the middle of one large allocation. */
const PATIENCE_MS = 5000;
const THREAD = new URL('./script-thread.mjs', import.meta.url);

/** What a script answers, or why it does not. */
export type Evaluated = { value: Json; error?: undefined } | { value?: undefined; error: string };

interface Answer {
  json?: string;
  error?: string;
}
interface Job {
  script: string;
  scope?: JsonObject;
  resolve(answer: Answer): void;
}

const waiting: Job[] = [];
let current: { job: Job; timer: NodeJS.Timeout } | undefined;
let thread: Worker | undefined;

/** @param scope what the script finds as `$` */
export async function evaluate(script: string, scope: JsonObject): Promise<Evaluated> {
  const { json, error } = await ask({ script, scope });
  if (error !== undefined) return { error };
  return { value: json === undefined ? null : JSON.parse(json) };
}

/** Why a script does not compile; undefined if it does. */
export async function wrongScript(script: string): Promise<string | undefined> {
  return (await ask({ script })).error;
}

function ask(job: Omit<Job, 'resolve'>): Promise<Answer> {
  return new Promise((resolve) => {
    waiting.push({ ...job, resolve });
    evaluateNext();
  });
}

function evaluateNext(): void {
  if (current) return;
  const job = waiting.shift();
  // A thread that has nothing to do must not keep its process alive.
  if (!job) {
    thread?.unref();
    return;
  }
  const timer = setTimeout(() => stopThread('It took too long, and its thread was stopped.'), PATIENCE_MS);
  current = { job, timer };
  thread ??= openThread();
  thread.ref();
  thread.postMessage({ script: job.script, scope: job.scope });
}

function openThread(): Worker {
  const opened = new Worker(THREAD);
  opened.on('message', finish);
  opened.on('error', (error) => stopThread(String(error)));
  return opened;
}

function stopThread(error: string): void {
  void thread?.terminate();
  thread = undefined;
  finish({ error });
}

function finish(answer: Answer): void {
  clearTimeout(current?.timer);
  current?.job.resolve(answer);
  current = undefined;
  evaluateNext();
}
