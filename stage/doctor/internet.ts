// Asks the internet for the doctor, in a process of its own: a question to a DNS server that does not answer
// cannot be called off, and would keep the doctor from leaving for as long as that takes (10 s and more).
import { EnvHttpProxyAgent, request } from 'undici';
import { lookupServicesReachable } from '../venue.ts';
import { clockOff, type InternetFacts } from './ask-internet.ts';

const ANSWER_MS = 1800;
const RELEASES = 'https://github.com/temporalio/cli/releases/latest';
const SERVICE = 'http://icanhazip.com';

if (process.argv[2] === 'download') {
  tell({ download: await head(RELEASES, true).then(Boolean) });
} else {
  await Promise.all([
    lookupServicesReachable(ANSWER_MS).then((lookups) => tell({ lookups })),
    head(SERVICE, false).then((date) => tell({ clockOff: clockOff(date, Date.now()) })),
  ]);
}
process.exit(); // what hangs is not waited for

/** The answer's date; nothing where there is no answer. */
async function head(url: string, proxyTunnel: boolean): Promise<string | undefined> {
  const dispatcher = new EnvHttpProxyAgent({ proxyTunnel });
  const hangUp = setTimeout(() => void dispatcher.destroy(), ANSWER_MS);
  try {
    const { headers } = await request(url, { method: 'HEAD', dispatcher });
    return String(headers.date);
  } catch {
    return undefined;
  } finally {
    clearTimeout(hangUp);
  }
}

/** Each answer at once, a line each: the process may be killed while it waits for another. */
function tell(facts: InternetFacts): void {
  console.log(JSON.stringify(facts));
}
