// The thread in which scripts are evaluated, so that one that never ends does not stop its Worker: QuickJS, compiled to
// WASM, with a deadline and a limit of memory. A script has the language itself and `$`: no process, no files, no network.
import { parentPort } from 'node:worker_threads';
import variant from '@jitl/quickjs-wasmfile-release-sync';
import {
  newQuickJSWASMModuleFromVariant,
  Scope,
  shouldInterruptAfterDeadline,
} from 'quickjs-emscripten-core';

const DEADLINE_MS = 1000;
const MOST_BYTES = 16 * 1024 * 1024;
const STACK_BYTES = 512 * 1024;
/** What makes QuickJS compile and not run. */
const COMPILE_ONLY = { compileOnly: true };

const quickJs = await newQuickJSWASMModuleFromVariant(variant);

parentPort?.on('message', ({ script, scope }) => parentPort?.postMessage(evaluate(script, scope)));

/**
 * @param {string} script whose last value counts, as with `eval`
 * @param {object | undefined} scope what it finds as `$`; without one it is only compiled
 * @returns {{ json?: string, error?: string }} the value as JSON, undefined if it has none; or why there is no value
 */
function evaluate(script, scope) {
  const runtime = quickJs.newRuntime({
    memoryLimitBytes: MOST_BYTES,
    maxStackSizeBytes: STACK_BYTES,
    interruptHandler: shouldInterruptAfterDeadline(Date.now() + DEADLINE_MS),
  });
  const context = runtime.newContext();
  try {
    return scope ? run(context, script, scope) : compile(context, script);
  } catch (error) {
    return { error: reasonOf(error) };
  } finally {
    context.dispose();
    runtime.dispose();
  }
}

function compile(context, script) {
  context.unwrapResult(context.evalCode(script, 'script', COMPILE_ONLY)).dispose();
  return {};
}

function run(context, script, scope) {
  return Scope.withScope((handles) => {
    const take = (result) => handles.manage(context.unwrapResult(result));
    // Taken first: a script may do with the globals what it wants.
    const stringify = take(context.evalCode('JSON.stringify'));
    take(context.evalCode(`globalThis.$ = ${JSON.stringify(scope)}`));
    const value = take(context.evalCode(script, 'script'));
    const json = take(context.callFunction(stringify, context.undefined, value));
    return { json: context.typeof(json) === 'string' ? context.getString(json) : undefined };
  });
}

function reasonOf(error) {
  // Unwrapping wraps what was thrown, which may be anything.
  const thrown = 'cause' in error ? error.cause : error;
  const { name = 'Error', message } = Object(thrown);
  if (message === undefined) return `It threw ${JSON.stringify(thrown)}.`;
  if (message === 'interrupted') return `It took longer than ${DEADLINE_MS / 1000} s.`;
  if (message === 'out of memory') return `It needs more than ${MOST_BYTES / 1024 / 1024} MB.`;
  return `${name}: ${message}`;
}
