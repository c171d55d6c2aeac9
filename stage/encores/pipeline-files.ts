// The JSON files that npm run pipelines reads: definitions, their task definitions and inputs, the demo's and a user's own.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inWords } from '../../encores/pipelines/check.ts';
import { isObject, type JsonObject } from '../../encores/pipelines/json.ts';
import type { Registry } from '../../encores/pipelines/registry.ts';
import { userError } from '../../hello-ip/support/user-error.ts';
import { ROOT } from '../settings.ts';

const DEMO = join(ROOT, 'encores', 'pipelines', 'definitions');
const TASKS = 'taskdefs.json';

/** The definitions of the demo, those of its tasks first. */
function demoFiles(): string[] {
  const files = readdirSync(DEMO).filter((file) => file.endsWith('.json') && file !== TASKS);
  return [TASKS, ...files.toSorted()].map((file) => join(DEMO, file));
}

/**
 * Registers what the files have in them: a definition, a task definition, or a list of either.
 * @returns whether all of it was accepted; what was not is printed, one line for each finding
 */
export async function registerFiles(
  registry: Registry,
  files: string[],
  print: (line: string) => void,
): Promise<boolean> {
  const wanted = files.length > 0 ? files : demoFiles();
  const all = wanted.flatMap((file) => {
    const json = readJson(file);
    return (Array.isArray(json) ? json : [json]).map((each) => ({ file, json: each }));
  });
  let isAccepted = true;
  for (const { file, json } of all) {
    // A pipeline has tasks, and a task has none.
    const isTask = isObject(json) && !('tasks' in json);
    const { value, findings = [] } = isTask ? registry.registerTask(json) : await registry.register(json);
    if (value && isTask) print(`  task ${value.name}`);
    else if (value) print(`  ${value.name}, version ${'version' in value ? value.version : 1}`);
    else print(`  ${file} is refused:`);
    for (const finding of findings) print(`    ${inWords(finding)}`);
    isAccepted &&= Boolean(value);
  }
  print(
    isAccepted
      ? '[register] Done.'
      : '[register] Some were refused. Mend what is named above, and register again.',
  );
  return isAccepted;
}

/**
 * The input of a file; without one that of the demo for this definition, or none.
 * @param word a file, or one of the further inputs that the demo has: "failing"
 * @throws a user error
 */
export function readInput(name: string, word?: string): JsonObject {
  const demo = join(DEMO, 'inputs', word ? `${name}.${word}.json` : `${name}.json`);
  if (existsSync(demo)) return readObject(demo);
  return word ? readObject(word) : {};
}

function readObject(file: string): JsonObject {
  const json = readJson(file);
  if (isObject(json)) return json;
  throw userError(
    `${file} has no JSON object in it. The input of a run is one, for example {"app": "svc-a"}`,
  );
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError)
      throw userError(`${file} is not JSON: ${error.message}. Mend it, and run this again.`);
    throw userError(`${file} cannot be read. Name a file that is there.`);
  }
}
