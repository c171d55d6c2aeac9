// What of the field's tools is here for running the manifests of encores/cluster/deploy, and how to get what is not.
import { execa } from 'execa';
import { symbolOf } from '../processes/output.ts';

const WITHIN_MS = 5000;

/** One tool: how it is asked, and what helps where it does not answer. */
interface Tool {
  name: string;
  command: readonly [string, ...string[]];
  /** Where the program is missing. */
  install: string;
  /** Where the program is there, and what it needs is not. */
  start?: string;
}

const TOOLS: readonly Tool[] = [
  {
    name: 'Docker',
    command: ['docker', 'version', '--format', '{{.Server.Version}}'],
    install: 'brew install --cask docker, or https://docs.docker.com/engine/install',
    start: 'open -a Docker, or: sudo systemctl start docker',
  },
  {
    name: 'Docker Compose',
    command: ['docker', 'compose', 'version', '--short'],
    install: 'it comes with Docker Desktop; elsewhere: apt-get install docker-compose-plugin',
    start: 'apt-get install docker-compose-plugin',
  },
  {
    name: 'kubectl',
    command: ['kubectl', 'version', '--client'],
    install: 'brew install kubectl, or https://kubernetes.io/docs/tasks/tools',
  },
  {
    name: 'Kubernetes',
    command: ['kubectl', 'get', '--raw', '/readyz', '--request-timeout=3s'],
    install: 'kubectl first, then: brew install kind && kind create cluster',
    start: 'kind create cluster, or: minikube start',
  },
  {
    name: 'Helm',
    command: ['helm', 'version', '--short'],
    install: 'brew install helm, or https://helm.sh/docs/intro/install',
  },
];

/** A line for each tool. */
export async function linesOfDoctor(env: NodeJS.ProcessEnv = process.env): Promise<string[]> {
  const width = Math.max(...TOOLS.map(({ name }) => name.length));
  return Promise.all(
    TOOLS.map(async (tool) => {
      const { state, fact } = await examine(tool, env);
      return `${symbolOf(state)} ${tool.name.padEnd(width)}  ${fact}`;
    }),
  );
}

async function examine(
  { command: [file, ...args], install, start }: Tool,
  env: NodeJS.ProcessEnv,
): Promise<{ state: 'done' | 'waiting'; fact: string }> {
  const { failed, code, stdout } = await execa(file, args, {
    ...{ env, extendEnv: false, reject: false, timeout: WITHIN_MS },
  });
  if (!failed) return { state: 'done', fact: stdout.split('\n')[0]?.trim() ?? '' };
  if (code === 'ENOENT' || !start) return { state: 'waiting', fact: `not installed. Install it: ${install}` };
  return { state: 'waiting', fact: `does not answer. Start it: ${start}` };
}
