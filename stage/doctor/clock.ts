// Whether this machine's clock is right: the Temporal Service's times are shown beside it.
import type { Check, Finding } from '../doctor.ts';
import { clockOff } from './ask-internet.ts';
import { askWebUi } from './web-ui.ts';

const MOST_OFF_MS = 2000;

export const clockCheck: Check = {
  name: 'clock',
  async look(surroundings) {
    const [internet, webUi] = await Promise.all([surroundings.lookupServices, askWebUi(surroundings)]);
    return (
      judgeClock('icanhazip.com', internet.clockOff) ??
      judgeClock('the Temporal Service', clockOff(webUi?.date, Date.now()))
    );
  },
};

/** What to say of a clock that is so many milliseconds ahead of another; nothing where there is none to compare. */
export function judgeClock(other: string, offMs: number | undefined): Finding | undefined {
  if (offMs === undefined) return undefined;
  if (Math.abs(offMs) <= MOST_OFF_MS) return { state: 'ok', fact: `The clock agrees with that of ${other}.` };
  const seconds = Math.round(Math.abs(offMs) / 1000);
  return {
    state: 'warning',
    fact: `The clock is ${seconds} s ${offMs > 0 ? 'ahead of' : 'behind'} that of ${other}.`,
    mend: 'Let the system set it (date and time settings; on Linux: timedatectl set-ntp true).',
  };
}
