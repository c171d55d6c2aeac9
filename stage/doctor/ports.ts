// Whether each port of the stage is free for it, or taken by the stage itself.

import type { StageStatus } from '../control/client.ts';
import type { ProcessName } from '../processes/names.ts';
import { findLeftOvers, runningElsewhere } from '../processes/pid-files.ts';
import { checkPorts } from '../processes/ports.ts';
import { readPorts } from '../settings.ts';
import type { Check, CheckContext, Finding } from './examine.ts';

type Key = keyof StageStatus['ports'];

const PORTS: [key: Key, variable: string, holder: ProcessName | 'stage', what: string][] = [
  ['app', 'APP_PORT', 'app', 'the app'],
  ['server', 'SERVER_PORT', 'server', 'the Temporal Service'],
  ['ui', 'UI_PORT', 'server', 'the Web UI'],
  ['control', 'CONTROL_PORT', 'stage', 'the stage'],
  ['network', 'NETWORK_PORT', 'network', 'the network switch'],
];

export const portChecks: Check[] = PORTS.map(([key, variable, holder, what]) => ({
  name: `port-${key}`,
  async look(context) {
    // A mistake in the other variables is reported by their own checks.
    const port = readPorts({ [variable]: context.env[variable] })[key];
    try {
      await checkPorts([{ variable, port }]);
    } catch (error) {
      const candidates = await ourProcesses(key, port, holder, context);
      return judgeTakenPort(port, what, error as Error, candidates);
    }
    return { state: 'ok', fact: `Port ${port} is free for ${what}.` };
  },
}));

/** A process that may hold the port; without a pid it is one that the presenter runs in a terminal. */
export interface OurProcess {
  pid?: number;
  whose: 'ours' | 'yours' | 'left over';
}

/** @throws the refusal, which says who holds the port and how to move ours, unless one of our processes holds it */
export function judgeTakenPort(
  port: number,
  what: string,
  refusal: Error,
  candidates: OurProcess[],
): Finding {
  const pid = Number(/\(pid (\d+)\)/.exec(refusal.message)?.[1]);
  // If the holder cannot be seen (another user's, or on Windows), the stage is believed.
  const holder = candidates.find((ours) => !pid || ours.pid === undefined || ours.pid === pid);
  switch (holder?.whose) {
    case 'ours':
      return { state: 'ok', fact: `Port ${port} is in use as intended, by ${what}.` };
    case 'yours':
      return {
        state: 'ok',
        fact: `Port ${port} is taken${pid ? ` by pid ${pid}` : ''}, for ${what} in one of your terminals.`,
      };
    case 'left over':
      return {
        state: 'warning',
        fact: `Port ${port} is taken by a process left behind by an earlier stage (pid ${pid}).`,
        mend: 'This clears it: npm start',
      };
    default:
      throw refusal;
  }
}

async function ourProcesses(
  key: Key,
  port: number,
  holder: ProcessName | 'stage',
  { folder, stage }: CheckContext,
): Promise<OurProcess[]> {
  const leftOvers = findLeftOvers(folder).map(({ pid }) => ({ pid, whose: 'left over' as const }));
  const noted = runningElsewhere(folder, holder);
  const ours: OurProcess[] = noted ? [{ pid: noted.pid, whose: 'ours' }, ...leftOvers] : leftOvers;
  const status = await stage;
  if (status === undefined || status === 'silent' || status.ports[key] !== port) return ours;
  if (holder === 'stage') return [...ours, { whose: 'ours' }];
  const process = status.processes.find(({ name }) => name === holder);
  if (!process || (process.pid === undefined && !process.yours)) return ours;
  return [{ pid: process.pid, whose: process.yours ? 'yours' : 'ours' }, ...ours];
}
