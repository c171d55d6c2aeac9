// The field's own tools that check the manifests: Helm and Compose built with Go, Kubernetes' schemas from PyPI.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { goBuild } from '../../stage/cluster/binaries.ts';
import { findOnPath } from '../../stage/processes/temporal-cli/version.ts';
import { ROOT } from '../../stage/settings.ts';

const MODULES = join(ROOT, 'test', 'deploy', 'go');
const TARGETS = { helm: 'helm.sh/helm/v3/cmd/helm', compose: 'github.com/docker/compose/v2/cmd' } as const;
const KUBERNETES = '1.37';
const VALIDATE = 'kubernetes-validate==1.37.0';

/** What is missing here to build and install them; empty if nothing is. */
export async function missingForTools(): Promise<string[]> {
  const found = await Promise.all(
    ['go', 'pip'].map(async (name) => ({ name, paths: await findOnPath(name, process.env) })),
  );
  return found.flatMap(({ name, paths }) => (paths.length > 0 ? [] : [name]));
}

/** The path of a tool: on PATH, or else built into the folder, which takes minutes. @throws with Go's last words */
export async function goTool(name: keyof typeof TARGETS, folder: string): Promise<string> {
  const [installed] = await findOnPath(name === 'compose' ? 'docker-compose' : name, process.env);
  if (installed) return installed;
  const [go] = await findOnPath('go', process.env);
  if (!go) throw new Error('Go is not installed.');
  const { signal } = new AbortController();
  const build = { module: join(MODULES, name), target: TARGETS[name], work: folder, name, signal };
  const failure = await goBuild(go, build);
  if (failure) throw new Error(`${name} cannot be built: ${failure}`);
  return join(folder, name);
}

/** What Kubernetes' own schemas have to say against these manifests; empty if nothing. */
export async function kubernetesValidate(manifests: string, folder: string): Promise<string> {
  const target = join(folder, 'python');
  const file = join(folder, 'manifests.yaml');
  writeFileSync(file, manifests);
  if (!existsSync(target))
    await execa('pip', ['install', '--quiet', '--target', target, VALIDATE], { stderr: 'ignore' });
  const words = ['-m', 'kubernetes_validate', '-k', KUBERNETES, '--strict', '--quiet', file];
  const env = { PYTHONPATH: target };
  const { failed, all } = await execa('python3', words, { env, reject: false, all: true });
  return failed ? String(all) : '';
}
