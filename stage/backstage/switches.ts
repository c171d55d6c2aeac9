// The four switches backstage: what can be broken and mended with a thumb, and how it really is.
import type { State } from '../../hello-ip/web/vocabulary.ts';
import { isBroken } from '../bug/bug.ts';
import type { StageStatus } from '../control/client.ts';
import { keepBooks } from '../verbs/broken.ts';
import { loadVerb } from '../verbs/load-verb.ts';

/** What there is to switch. */
export const SWITCHES = ['worker', 'server', 'network', 'bug'] as const;
export type SwitchName = (typeof SWITCHES)[number];

/** One switch as it is. */
export interface Switch {
  name: SwitchName;
  label: string;
  word: string;
  /** Its shape. */
  state: State;
  isWhole: boolean;
  /** What holding it does. */
  hold: string;
}

const LABELS: Record<SwitchName, string> = {
  worker: 'Worker',
  server: 'Service',
  network: 'Network',
  bug: 'Bug',
};
const BREAKS: Record<SwitchName, [verb: string, ...words: string[]]> = {
  worker: ['kill', 'worker'],
  server: ['kill', 'server'],
  network: ['cut', 'network'],
  bug: ['break', 'geolocation'],
};
const MENDS: Record<SwitchName, [verb: string, ...words: string[]]> = {
  worker: ['start', 'worker'],
  server: ['start', 'server'],
  network: ['restore', 'network'],
  bug: ['fix', 'geolocation'],
};

/** All four, from the stage's own word. */
export function switchesOf(status: StageStatus): Switch[] {
  return SWITCHES.map((name) => {
    const isWhole = isWholeOf(name, status);
    const isBug = name === 'bug';
    return {
      name,
      label: LABELS[name],
      isWhole,
      word: isBug ? (isWhole ? 'off' : 'in') : wordOf(name, isWhole, status),
      state: isBug && isWhole ? 'waiting' : isWhole ? 'done' : 'failed',
      hold: isWhole ? HOLD_TO_BREAK[name] : HOLD_TO_MEND[name],
    };
  });
}

const HOLD_TO_BREAK: Record<SwitchName, string> = {
  worker: 'hold to kill',
  server: 'hold to kill',
  network: 'hold to cut',
  bug: 'hold to put in',
};
const HOLD_TO_MEND: Record<SwitchName, string> = {
  worker: 'hold to start',
  server: 'hold to start',
  network: 'hold to restore',
  bug: 'hold to take out',
};

function isWholeOf(name: SwitchName, { processes, network }: StageStatus): boolean {
  if (name === 'bug') return !isBroken();
  if (name === 'network') return network?.state === 'open';
  return processes.some((process) => process.name === name && process.state === 'ready' && !process.frozen);
}

function wordOf(name: SwitchName, isWhole: boolean, { network }: StageStatus): string {
  if (isWhole) return 'up';
  if (name === 'network') return network ? 'cut' : 'none';
  return 'none';
}

/**
 * Switches it, as the verb of npm run stage would.
 * @param to whole or broken, as the presenter saw it when the button was held: nothing happens if it is so already
 * @throws a user error if it cannot be done
 */
export async function switchTo(name: SwitchName, to: 'whole' | 'broken', status: StageStatus): Promise<void> {
  if (isWholeOf(name, status) === (to === 'whole')) return;
  const [verb, ...words] = (to === 'whole' ? MENDS : BREAKS)[name];
  const { run } = await loadVerb(verb);
  await keepBooks(verb, words, () => run(words, () => {}));
}
