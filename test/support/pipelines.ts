// Starts pipelines over the API of a running page.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../stage/settings.ts';

const DEFINITIONS = join(ROOT, 'encores', 'pipelines', 'definitions');
const read = (path: string) => JSON.parse(readFileSync(join(DEFINITIONS, path), 'utf8'));

/** Registers the examples, and starts one of them with its sample input or another; returns the address of its page. */
export async function startPipelineOver(base: string, name: string, input?: object): Promise<string> {
  await post(`${base}/api/metadata/taskdefs`, read('taskdefs.json'));
  const files = readdirSync(DEFINITIONS).filter((file) => /_v1\.json$/.test(file));
  await post(`${base}/api/metadata/workflow?overwrite=true`, files.map(read));
  const id = await post(`${base}/api/workflow/${name}`, input ?? read(`inputs/${name}.json`));
  return `${base}/runs/${id}`;
}

async function post(url: string, body: unknown): Promise<string> {
  const answer = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
  const said = await answer.text();
  if (!answer.ok) throw new Error(said);
  return said;
}
