// Does with containers what Compose, Kubernetes and Render do: starts them, starts them again, waits until they are healthy or done.
import { setTimeout as delay } from 'node:timers/promises';
import type { Machine, Running } from './containers.ts';
import { type Installed, programOf } from './images.ts';
import { type Container, POD_IP } from './manifests.ts';

const AGAIN_AFTER_MS = 1000;
const HEALTHY_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 500;
const MOST_TRIES = 60;
const SHOWN = 1500;

export interface Orchestrator {
  /** Starts it again whenever it ends. @param before what has to be done first, each time in vain until it is */
  keep(container: Container, host: string, before?: Container): Promise<void>;
  /** Until it has ended well, as a Job or `restart: on-failure` does. @throws with its last words */
  untilDone(container: Container, host?: string): Promise<void>;
  /** By a health check of Compose. @throws with its last words */
  untilHealthy(container: Container, test: string[]): Promise<void>;
  /** What a program of this clone says, asked from a host of its own. @throws with what it and all others have said */
  ask(...words: string[]): Promise<string>;
  stop(): Promise<void>;
}

export function createOrchestrator(machine: Machine, installed: Installed): Orchestrator {
  const kept = new Map<string, Running>();
  let isOver = false;

  const startOnce = ({ command, env }: Container, host: string) => machine.start({ host, command, env });

  async function keep(container: Container, host: string, before?: Container): Promise<void> {
    const address = machine.addressOf(host);
    const env = Object.fromEntries(
      Object.entries(container.env).map(([name, value]) => [name, value.replace(POD_IP, address)]),
    );
    const runs = await programOf({ ...container, env }, address, installed);
    const runForEver = async () => {
      if (before) await untilDone(before, host);
      while (!isOver) {
        const running = machine.start({ host, ...runs });
        kept.set(host, running);
        await running.ended;
        await delay(AGAIN_AFTER_MS);
      }
    };
    // What never comes up is missed by whoever waits for a greeting.
    void runForEver().catch(() => {});
  }

  async function untilDone(container: Container, host = container.name): Promise<void> {
    machine.addressOf(host);
    for (let tried = 0; !isOver; tried += 1) {
      const running = startOnce(container, host);
      if ((await running.ended) === 0) return;
      if (tried >= MOST_TRIES) throw new Error(`${container.name}: ${running.output()}`);
      await delay(AGAIN_AFTER_MS);
    }
  }

  async function untilHealthy({ name, env }: Container, [, program = '']: string[]): Promise<void> {
    // pg_isready belongs to the images: here it is a connection.
    const look =
      program === 'pg_isready'
        ? `exec 3<>/dev/tcp/${machine.addressOf(name)}/5432`
        : program.replaceAll('$$', '$');
    const until = Date.now() + HEALTHY_WITHIN_MS;
    while (Date.now() < until) {
      if ((await machine.start({ host: name, command: ['bash', '-c', look], env }).ended) === 0) return;
      await delay(LOOK_EVERY_MS);
    }
    throw new Error(`${name} is not healthy.\n${lastWords()}`);
  }

  async function ask(...words: string[]): Promise<string> {
    const command = ['node', 'stage/run.cjs', 'test/deploy/inside.ts', ...words];
    const asked = machine.start({ host: 'visitor', command, env: {} });
    if ((await asked.ended) === 0) return asked.output().trim();
    throw new Error(`${words.join(' ')}: ${asked.output()}\n${lastWords()}`);
  }

  const lastWords = () =>
    [...kept].map(([host, running]) => `--- ${host}\n${running.output().slice(-SHOWN)}`).join('\n');

  async function stop(): Promise<void> {
    isOver = true;
    await machine.stop();
  }

  return { keep, untilDone, untilHealthy, ask, stop };
}
