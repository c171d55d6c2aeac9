// The Activities of a pipeline: what its tasks do outside of the Workflow. Their failures are final for Temporal; the
// interpreter decides whether a task is tried again.
import { activityInfo, cancellationSignal } from '@temporalio/activity';
import { whileHeartbeating } from '../support/heartbeat.ts';
import { inWords } from './check.ts';
import { asText } from './expressions.ts';
import { activityFailure } from './failures.ts';
import { request } from './http-request.ts';
import { asObject, type JsonObject } from './json.ts';
import { openRegistry } from './registry.ts';
import { evaluate } from './scripts.ts';

/** HTTP: one request. Whatever is not a GET has an Idempotency-Key, the same again if the Worker is killed in between. */
export async function callHttp(input: JsonObject): Promise<JsonObject> {
  const { workflowExecution, activityId } = activityInfo();
  const key = `${workflowExecution?.workflowId}/${activityId}`;
  return whileHeartbeating(() => request(input, key, cancellationSignal()));
}

/** LOG: prints a message, as text or as JSON. */
export async function printMessage({ message = null }: JsonObject): Promise<JsonObject> {
  console.log(`${activityInfo().workflowExecution?.workflowId}: ${asText(message)}`);
  return {};
}

/** INLINE, SWITCH and the condition of a loop: what a script answers, as `result`. */
export async function evaluateScript({ script, scope }: JsonObject): Promise<JsonObject> {
  const { value, error } = await whileHeartbeating(() => evaluate(String(script), asObject(scope)));
  if (error !== undefined) throw activityFailure(error, 'FAILED_WITH_TERMINAL_ERROR', { error });
  return { result: value };
}

/** A definition that is found, or even made, only while a pipeline runs: read and checked as if it was registered. */
export async function readDefinition({ definition, name, version }: JsonObject): Promise<JsonObject> {
  const registry = openRegistry();
  const { bundle, findings } = await whileHeartbeating(() =>
    definition ? registry.check(definition) : registry.bundle(String(name), Number(version) || undefined),
  );
  if (bundle) return bundle as unknown as JsonObject;
  throw activityFailure(findings.map(inWords).join('; '), 'FAILED_WITH_TERMINAL_ERROR');
}
