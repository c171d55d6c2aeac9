// Prebuilds the Workflow bundle, so that the Worker starts in half the time; only when its sources have changed.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { userError } from '../../hello-ip/support/user-error.ts';
import { ROOT } from '../settings.ts';
import { writeOwnFile } from './own-files.ts';

const WORKFLOW = join(ROOT, 'hello-ip', 'workflow.ts');

/**
 * The path of a bundle of the Workflow as it is on disk now. A new one takes about a second.
 * @throws a user error with file and line when the Workflow cannot be bundled.
 */
export async function workflowBundle(folder: string, workflow = WORKFLOW): Promise<string> {
  const mine = `bundle-${basename(dirname(workflow))}-${basename(workflow, '.ts')}-`;
  const name = `${mine}${hashOf(workflow)}.js`;
  const bundle = join(folder, name);
  if (!existsSync(bundle)) writeOwnFile(bundle, await bundleCode(workflow));
  const old = readdirSync(folder).filter(
    (file) => file.startsWith(mine) && file.endsWith('.js') && file !== name,
  );
  for (const file of old) rmSync(join(folder, file), { force: true });
  return bundle;
}

function hashOf(workflow: string): string {
  const hash = createHash('sha256').update(sdkVersion());
  for (const file of [...sourcesOf(workflow)].sort()) hash.update(`\0${file}\0`).update(readFileSync(file));
  return hash.digest('hex').slice(0, 16);
}

/** A Workflow and every file of this kit that it imports at run time. */
function sourcesOf(file: string, found = new Set<string>()): Set<string> {
  if (found.has(file) || !existsSync(file)) return found;
  found.add(file);
  for (const name of importsOf(readFileSync(file, 'utf8'))) sourcesOf(resolve(dirname(file), name), found);
  return found;
}

/** Better one too many (a path in a comment) than one too few; imports of types are not in the bundle. */
function importsOf(source: string): string[] {
  const withoutTypes = source.replace(/^\s*(import|export)\s+type\s[^;]*?from\s*['"][^'"]*['"]/gm, '');
  return [...withoutTypes.matchAll(/['"](\.{1,2}\/[^'"]+)['"]/g)].map((match) => match[1] ?? '');
}

function sdkVersion(): string {
  return createRequire(import.meta.url)('@temporalio/worker/package.json').version;
}

/**
 * The code of a Workflow's bundle.
 * @throws a user error with file and line when it cannot be bundled
 */
export async function bundleCode(workflowsPath: string): Promise<string> {
  // Imported when needed: it takes half a second, and usually there is nothing to build.
  const { bundleWorkflowCode, DefaultLogger } = await import('@temporalio/worker');
  const complaints: string[] = [];
  const logger = new DefaultLogger('ERROR', ({ message }) => complaints.push(message));
  try {
    return (await bundleWorkflowCode({ workflowsPath, logger })).code;
  } catch (error) {
    const reason = complaints.length ? complaints.join('\n') : String(error);
    const file = relative(ROOT, workflowsPath);
    throw userError(`${file} cannot be bundled: ${whatWebpackMeans(reason)}. Correct it and start again.`);
  }
}

/** The one useful sentence in what webpack and swc print: what is wrong, and where. */
export function whatWebpackMeans(output: string): string {
  const syntax = /^\s*(?:Error:)?\s*[x×]\s+(.+)\n\s*[,╭][-─]+\[(.+?):(\d+):/m.exec(output);
  if (syntax) return `${syntax[1]} (${relative(ROOT, syntax[2] ?? '')}, line ${syntax[3]})`;
  const missing = /ERROR in (.+) (\d+):[\d-]+\n(?:Module not found: )?(?:Error: )?(.+)/.exec(output);
  if (missing) return `${missing[3]} (${missing[1]}, line ${missing[2]})`;
  const scheme = /ERROR in (.+)\n.*?(?:UnhandledSchemeError|Error): (.+?)\.?$/m.exec(output);
  return scheme ? `${scheme[2]} (${scheme[1]})` : (output.split('\n')[0] ?? '');
}
