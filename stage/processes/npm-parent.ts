// npm exits on a signal without waiting for what it runs: the stage notices that, and exits too.
import { commandOf, isAlive, parentOf } from './process-table.ts';

const POLL_INTERVAL_MS = 500;

/**
 * Calls `leave` once the npm that started this process is gone. Does nothing if it was not npm: whoever starts the
 * stage without it, under nohup or their own supervisor, decides when it ends.
 * @param script the one of package.json that this process is
 */
export function whenNpmIsGone(leave: () => void, script = 'start'): void {
  // In a drill the variable says "drill"; the stage that it spawns has a channel instead, which closes with it.
  if (process.env.npm_lifecycle_event !== script || process.channel) return;
  const parent = process.ppid;
  const npm = isShellOfNpm(parent, script) ? (parentOf(parent) ?? parent) : parent;
  const looking = setInterval(() => {
    if (process.ppid === parent && isAlive(npm)) return;
    clearInterval(looking);
    leave();
  }, POLL_INTERVAL_MS);
  looking.unref();
}

/** npm runs a script in a shell; some shells stay in between, and others are replaced by the script. */
function isShellOfNpm(parent: number, script: string): boolean {
  return commandOf(parent)?.includes(`stage/commands/${script}.ts`) === true;
}
