// Whether the Temporal Web UI answers, while there is a server that it belongs to.

import { runningElsewhere } from '../processes/pid-files.ts';
import { readPorts } from '../settings.ts';
import type { Check, CheckContext, Finding } from './examine.ts';

const ANSWER_MS = 1500;

export const webUiCheck: Check = {
  name: 'web-ui',
  async look(context) {
    const answer = await askWebUi(context);
    return answer && judgeWebUi(answer);
  },
};

/** The verdict on how it answered. */
export function judgeWebUi({ url, status }: WebUiAnswer): Finding {
  if (status === 200) return { state: 'ok', fact: `The Temporal Web UI answers: ${url}` };
  const how = status === undefined ? 'does not answer' : `answers with ${status}`;
  return {
    state: 'problem',
    fact: `The Temporal Web UI at ${url} ${how}.`,
    mend: 'Run: npm run stage restart server',
  };
}

/** The HTTP status and date of its answer; neither if there is no answer. */
export interface WebUiAnswer {
  url: string;
  status?: number;
  date?: string;
}

/** Asks the Web UI of this stage's own server; nothing if that is down, or the Service is not ours. */
export async function askWebUi({ env, folder, stage }: CheckContext): Promise<WebUiAnswer | undefined> {
  const status = await stage;
  const known = status === 'silent' ? undefined : status;
  const server = known?.processes.find(({ name }) => name === 'server') ?? runningElsewhere(folder, 'server');
  if (known?.profile || server?.pid === undefined) return undefined;
  const url = `http://127.0.0.1:${(known?.ports ?? readPorts(env)).ui}`;
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS) }); // it answers 405 to HEAD
    await answer.body?.cancel();
    return { url, status: answer.status, date: answer.headers.get('date') ?? undefined };
  } catch {
    return { url };
  }
}
