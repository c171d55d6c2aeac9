// A real Elasticsearch or OpenSearch for a test, from Maven: the engine and its API, not the distribution.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../stage/settings.ts';

export type Engine = 'elasticsearch' | 'opensearch';

const HOME = join(ROOT, 'test', 'support', 'search');
/** The package and the class that run one. */
const RUNNERS = {
  elasticsearch: ['org.codelibs.elasticsearch.runner', 'ElasticsearchClusterRunner'],
  opensearch: ['org.codelibs.opensearch.runner', 'OpenSearchRunner'],
} as const;

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
  const libraries = join(folder, `${engine} libraries`);
  const source = join(libraries, 'Node.java');
  if (!existsSync(source)) {
    const words = ['-q', '-B', 'dependency:copy-dependencies', `-DoutputDirectory=${libraries}`];
    execFileSync('mvn', words, { cwd: join(HOME, engine), stdio: 'pipe', timeout: 300_000 });
    const [name, runner] = RUNNERS[engine];
    const node = readFileSync(join(HOME, 'Node.java'), 'utf8');
    writeFileSync(
      source,
      node.replace(/^import .*;$/m, `import ${name}.${runner};`).replaceAll('OpenSearchRunner', runner),
    );
  }
  return ['java', '-Xms256m', '-Xmx512m', '-cp', `${libraries}/*`, source];
}
