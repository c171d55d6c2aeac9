// Asks the internet for the doctor, in a process of its own: a query to a DNS server that does not answer
// cannot be cancelled, and would keep the doctor from exiting for as long as that takes (10 s and more).
import { EnvHttpProxyAgent, request } from 'undici';
import { HOSTS } from '../network/lookup-hosts.ts';
import { lookupServicesReachable } from '../network/venue.ts';
import { clockOff, type InternetFacts } from './ask-internet.ts';

const ANSWER_MS = 1800;
const RELEASES = 'https://github.com/temporalio/cli/releases/latest';

if (process.argv[2] === 'download') {
  report({ download: await head(RELEASES, true).then(Boolean) });
} else {
  await Promise.all([
    lookupServicesReachable(ANSWER_MS).then((lookups) => report({ lookups })),
    head(`http://${HOSTS.getIP}`, false).then((date) => report({ clockOff: clockOff(date, Date.now()) })),
  ]);
}
process.exit(); // nothing waits for what hangs

/** The answer's date; nothing if there is no answer. */
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

/** Each answer at once, one per line: the process may be killed while it waits for another. */
function report(facts: InternetFacts): void {
  console.log(JSON.stringify(facts));
}
