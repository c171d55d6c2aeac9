// Whether this machine's clock is right: the Temporal Service's times are shown next to its own.

import { HOSTS } from '../network/lookup-hosts.ts';
import { clockOff } from './ask-internet.ts';
import type { Check, Finding } from './examine.ts';
import { askWebUi } from './web-ui.ts';

const MAX_OFF_MS = 2000;

export const clockCheck: Check = {
  name: 'clock',
  async look(context) {
    const [internet, webUi] = await Promise.all([context.lookupServices, askWebUi(context)]);
    return (
      judgeClock(HOSTS.getIP, internet.clockOff) ??
      judgeClock('the Temporal Service', clockOff(webUi?.date, Date.now()))
    );
  },
};

/** The verdict on a clock this many milliseconds ahead of another; nothing if there is none to compare with. */
export function judgeClock(other: string, offMs: number | undefined): Finding | undefined {
  if (offMs === undefined) return undefined;
  if (Math.abs(offMs) <= MAX_OFF_MS) return { state: 'ok', fact: `The clock agrees with ${other}.` };
  const seconds = Math.round(Math.abs(offMs) / 1000);
  return {
    state: 'warning',
    fact: `The clock is ${seconds} s ${offMs > 0 ? 'ahead of' : 'behind'} ${other}.`,
    mend: 'Let the system set it (date and time settings; on Linux: timedatectl set-ntp true).',
  };
}
