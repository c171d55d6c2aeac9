// What a test asks from inside of its machine: greet <app>, get <url>, serving <address> <service>.
import { setTimeout as delay } from 'node:timers/promises';
import { Connection } from '@temporalio/client';

const WITHIN_MS = 60_000;
const SERVING = 1; // grpc.health.v1

const [word, where = '', service = ''] = process.argv.slice(2);
const until = Date.now() + WITHIN_MS;
for (;;) {
  const said = await say().catch((error: Error) => error);
  if (typeof said === 'string') {
    console.log(said);
    process.exit(0);
  }
  if (Date.now() > until) {
    console.error(said);
    process.exit(1);
  }
  await delay(250);
}

async function say(): Promise<string> {
  if (word === 'greet') return greet();
  if (word === 'serving') return serving();
  const answer = await fetch(where);
  if (!answer.ok) throw new Error(`${where}: ${answer.status}`);
  return answer.text();
}

/** From the form to the greeting. */
async function greet(): Promise<string> {
  const body = new URLSearchParams({ name: 'Ziggy', seconds: '1' });
  const sent = await fetch(`${where}/greetings`, { method: 'POST', redirect: 'manual', body });
  const location = sent.headers.get('location');
  if (!location) throw new Error(`The form came back: ${sent.status}`); // nobody serves yet
  const page = new URL(location, where);
  while (Date.now() < until) {
    const text = await (await fetch(page)).text();
    const [greeting] = /Hello, Ziggy[^<]*/.exec(text) ?? [];
    if (greeting) return greeting;
    await delay(250);
  }
  throw new Error(`No greeting on ${page}`);
}

/** As the probes of Kubernetes ask. */
async function serving(): Promise<string> {
  const connection = await Connection.connect({ address: where, connectTimeout: 1000 });
  const { status } = await connection.healthService.check({ service });
  await connection.close();
  if (Number(status) !== SERVING) throw new Error(`${service} at ${where}: ${status}`);
  return 'serving';
}
