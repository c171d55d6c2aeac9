// Slidev as its own process, in the slides folder, whose packages are installed separately and only when needed.
import { join } from 'node:path';
import { execa } from 'execa';
import { userError } from '../../hello-ip/support/user-error.ts';
import { stageStatus } from '../control/client.ts';
import { kitAddress } from '../doctor/kit-address.ts';
import { DEFAULT_SLOT, SLOTS, type Slot } from '../notes/slots.ts';
import { installPackages } from '../processes/install.ts';
import { INTERRUPTED, whenToldToLeave } from '../processes/shutdown.ts';
import { ROOT, readPorts } from '../settings.ts';

/** The folder of the slides. */
export const SLIDES = join(ROOT, 'slides');

/** A deck of its own, slides/encores.md. */
const ENCORES = 'encores';
export type DeckName = Slot | typeof ENCORES;
const DECKS: readonly DeckName[] = [...SLOTS, ENCORES];

/** Which slides, and how they look: by default those for 45 minutes, dark, or as SLIDES_THEME says. */
export interface Deck {
  slot?: DeckName;
  theme?: 'dark' | 'light';
}

/**
 * Reads the words after npm run slides: nothing, a slot, or encores.
 * @throws a user error for anything else
 */
export function readSlot(words: string[], script: string): DeckName | undefined {
  const [word, ...rest] = words;
  const slot = DECKS.find((candidate) => candidate === word);
  if (word === undefined || (slot && rest.length === 0)) return slot;
  throw userError(
    `"${words.join(' ')}" is not a slot of ${SLOTS.join(', ')} minutes, nor encores. For example: npm run ${script} 30`,
  );
}

function themeOf({ SLIDES_THEME = 'dark' }: NodeJS.ProcessEnv): string {
  if (['dark', 'light'].includes(SLIDES_THEME)) return SLIDES_THEME;
  throw userError(`SLIDES_THEME is "${SLIDES_THEME}". Set it to light or dark, or unset it for dark.`);
}

/**
 * Installs what the slides need, unless it is already installed.
 * @throws a user error when npm fails
 */
export async function installSlides(): Promise<void> {
  await installPackages(SLIDES, { what: 'The slides', size: 'about 550 MB, once' });
}

/**
 * Runs one command of Slidev until it ends, or until this process is told to exit.
 * @throws a user error when it fails
 */
export async function runSlidev(words: string[], { slot = DEFAULT_SLOT, theme }: Deck = {}): Promise<void> {
  await installSlides();
  const cli = join(SLIDES, 'node_modules', '@slidev', 'cli', 'bin', 'slidev.mjs');
  const ports = (await stageStatus())?.ports ?? readPorts();
  const entry = slot === ENCORES ? ['encores.md'] : [];
  const [command = '', ...options] = words;
  // Slidev takes a command, which showing has none of, and then the file.
  const args = command.startsWith('-') ? [...entry, ...words] : [command, ...entry, ...options];
  const child = execa(process.execPath, [cli, ...args], {
    cwd: SLIDES,
    stdio: 'inherit',
    reject: false,
    env: {
      // While it is presented, the deck shows what the running stage tells it.
      VITE_CONTROL_PORT: String(ports.control),
      VITE_BACKSTAGE_PORT: String(ports.backstage),
      VITE_LIVE: ['build', 'export'].includes(words[0] ?? '') ? '' : 'yes',
      VITE_PRESENTER: process.env.PRESENTER ?? '',
      VITE_KIT_URL: (await kitAddress(process.env, ROOT)) ?? '',
      SLIDES_SLOT: slot === ENCORES ? DEFAULT_SLOT : slot,
      SLIDES_THEME: theme ?? themeOf(process.env),
      // Keeps Slidev's loader from caching in the temp folder.
      JITI_FS_CACHE: 'false',
    },
  });
  let isLeaving = false;
  const leave = (signal: 'SIGINT' | 'SIGKILL') => {
    isLeaving = true;
    child.kill(signal);
  };
  whenToldToLeave(
    () => leave('SIGINT'),
    () => leave('SIGKILL'),
  );
  const { failed } = await child;
  if (isLeaving) process.exit(INTERRUPTED);
  if (failed) throw userError(`Slidev failed: slidev ${words.join(' ')}. See its output above.`);
}
