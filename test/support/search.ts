// A real Elasticsearch or OpenSearch for a test, from Maven: the engine and its API, not the distribution.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../stage/settings.ts';

export type Engine = 'elasticsearch' | 'opensearch';

/** Whether this machine has what they are fetched and run with. */
export function hasMaven(): boolean {
  try {
    for (const [program, word] of [
      ['mvn', '-v'],
      ['java', '-version'],
    ] as const)
      execFileSync(program, [word], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/**
 * The command that runs one, which takes a folder, an address and a port as its last words.
 * @param folder where its libraries are put, about 50 MB
 */
export function searchCommand(engine: Engine, folder: string): string[] {
  const home = join(ROOT, 'test', 'support', 'search', engine);
  const libraries = join(folder, `${engine} libraries`);
  if (!existsSync(libraries))
    execFileSync('mvn', ['-q', '-B', 'dependency:copy-dependencies', `-DoutputDirectory=${libraries}`], {
      ...{ cwd: home, stdio: 'pipe', timeout: 300_000 },
    });
  return ['java', '-Xms256m', '-Xmx512m', '-cp', `${libraries}/*`, join(home, 'Node.java')];
}
