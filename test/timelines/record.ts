// Records what the timeline tests draw: real greetings, broken at every step. npm run timelines:record [names]
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { startGreeting } from '../../hello-ip/client.ts';
import { type Progress, readProgress } from '../../hello-ip/web/progress.ts';
import { faultReader } from '../../hello-ip/web/timeline/faults.ts';
import { keepGreeting } from '../../stage/notes/histories.ts';
import { faultLogFile, noteFault } from '../../stage/processes/fault-log.ts';
import { ROOT } from '../../stage/settings.ts';
import { until } from '../support/harness.ts';
import { createClient, type Kit, startKit } from '../support/kit.ts';

/** Where the recordings are. */
export const FOLDER = join(ROOT, 'test', 'timelines', 'greetings');

type Step = 'getIP' | 'Timer' | 'Timer due' | 'getLocationInfo' | 'attempt 3';

/** What is done to one greeting. */
interface Scene {
  kit: Kit;
  /** Waits until the greeting is that far. */
  at(step: Step): Promise<void>;
  network(order: 'cut' | 'cut silently' | 'restore'): Promise<void>;
  cancel(): Promise<void>;
}

interface Story {
  seconds: number;
  before?(scene: Scene): Promise<unknown>;
  meanwhile?(scene: Scene): Promise<unknown>;
}

const STORIES: Record<string, Story> = {
  'all-goes-well': { seconds: 0 },
  'a-timer': { seconds: 3 },
  'worker-killed-before-it': {
    seconds: 2,
    before: ({ kit }) => kit.kill('worker'),
    meanwhile: async ({ kit }) => {
      await pause(3);
      await kit.start('worker');
    },
  },
  'worker-killed-in-getIP': {
    seconds: 2,
    before: ({ network }) => network('cut silently'),
    meanwhile: async ({ kit, at, network }) => {
      await at('getIP');
      await kit.kill('worker');
      await network('restore');
      await pause(2);
      await kit.start('worker');
    },
  },
  'worker-killed-in-the-timer': {
    seconds: 6,
    meanwhile: async ({ kit, at }) => {
      await at('Timer');
      await pause(1);
      await kit.kill('worker');
      await at('Timer due');
      await pause(3);
      await kit.start('worker');
    },
  },
  'worker-killed-and-back-in-the-timer': {
    seconds: 6,
    meanwhile: async ({ kit, at }) => {
      await at('Timer');
      await kit.kill('worker');
      await pause(1);
      await kit.start('worker');
    },
  },
  'worker-killed-in-getLocationInfo': {
    seconds: 1,
    meanwhile: async ({ kit, at, network }) => {
      await at('Timer');
      await network('cut silently');
      await at('getLocationInfo');
      await kit.kill('worker');
      await network('restore');
      await pause(2);
      await kit.start('worker');
    },
  },
  'worker-killed-twice': {
    seconds: 9,
    meanwhile: async ({ kit, at }) => {
      await at('Timer');
      for (const seconds of [1, 2]) {
        await kit.kill('worker');
        await pause(seconds);
        await kit.start('worker');
        await pause(2);
      }
    },
  },
  'service-killed-in-getIP': {
    seconds: 2,
    before: ({ network }) => network('cut'),
    meanwhile: async ({ kit, at, network }) => {
      await at('attempt 3');
      await kit.kill('server');
      await pause(3);
      await kit.start('server');
      await network('restore');
    },
  },
  'service-killed-in-the-timer': {
    seconds: 6,
    meanwhile: async ({ kit, at }) => {
      await at('Timer');
      await kit.kill('server');
      await at('Timer due');
      await pause(3);
      await kit.start('server');
    },
  },
  'service-killed-in-getLocationInfo': {
    seconds: 1,
    meanwhile: async ({ kit, at, network }) => {
      await at('Timer');
      await network('cut');
      await at('attempt 3');
      await kit.kill('server');
      await pause(3);
      await kit.start('server');
      await network('restore');
    },
  },
  'worker-and-service-killed': {
    seconds: 8,
    meanwhile: async ({ kit, at }) => {
      await at('Timer');
      await kit.kill('worker');
      await pause(2);
      await kit.kill('server');
      await pause(2);
      await Promise.all([kit.start('server'), kit.start('worker')]);
    },
  },
  'network-cut': {
    seconds: 2,
    meanwhile: async ({ at, network }) => {
      await at('Timer');
      await network('cut');
      await at('attempt 3');
      await network('restore');
    },
  },
  cancelled: {
    seconds: 0,
    before: ({ network }) => network('cut'),
    meanwhile: async ({ at, network, cancel }) => {
      await at('attempt 3');
      await cancel();
      await network('restore');
    },
  },
};

/** When the Timer is due, also while the Temporal Service is away. */
let due = 0;
const pause = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));
const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(STORIES);
mkdirSync(FOLDER, { recursive: true });
const kit = await startKit();
const client = createClient(kit.ports.server);
try {
  for (const name of names) await record(name, STORIES[name] as Story);
} finally {
  await client.connection.close();
  await kit.close();
}

async function record(name: string, { seconds, before, meanwhile }: Story): Promise<void> {
  const scene = sceneOf(name, client);
  await before?.(scene);
  await startGreeting(client, name, { name: 'Ziggy', seconds });
  const kept = keepGreeting(client, name, faultReader(faultLogFile(kit.folder)));
  await meanwhile?.(scene);
  await until(async () => ((await progress(name))?.status ?? 'RUNNING') !== 'RUNNING', 60_000);
  writeFileSync(join(FOLDER, `${name}.json`), `${JSON.stringify(await kept(), undefined, 1)}\n`);
  console.log(`recorded: ${name}`);
}

function sceneOf(name: string, client: Client): Scene {
  return {
    kit,
    at: (step) => until(async () => isAt(step, await progress(name)), 60_000),
    async network(order) {
      await kit.ask('network', { do: order });
      noteFault(kit.folder, 'lookups', order === 'restore' ? 'back' : 'cut');
    },
    cancel: async () => void (await client.workflow.getHandle(name).cancel()),
  };
}

async function progress(name: string) {
  try {
    return (await readProgress(client, name))?.progress;
  } catch {
    return undefined; // the Temporal Service is away
  }
}

function isAt(step: Step, known: Progress | undefined): boolean {
  due = known?.timer?.due?.getTime() ?? due;
  if (step === 'Timer due') return Date.now() >= due;
  if (!known) return false;
  if (step === 'Timer') return known.timer?.begun === true;
  if (step === 'attempt 3') return (known.pending?.attempt ?? 0) >= 3;
  return known[step].begun && known.pending !== undefined;
}
