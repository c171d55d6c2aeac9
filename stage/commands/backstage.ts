// The presenter's page in one hand: npm run backstage [phone [https]] [30|45|60].
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { renderUnicodeCompact } from 'uqr';
import { userError } from '../../hello-ip/support/user-error.ts';
import { createLatest } from '../../hello-ip/web/latest.ts';
import { createReader, type Snapshot } from '../../hello-ip/web/reader.ts';
import { doorAddresses } from '../../hello-ip/web/room/addresses.ts';
import { createBackstage } from '../backstage/app.ts';
import { makeCertificate } from '../backstage/certificate.ts';
import { createDesk } from '../backstage/desk.ts';
import { createDoorkeeper, type Place } from '../backstage/doorkeeper.ts';
import { readBackstageOrder } from '../backstage/order.ts';
import { readSchedule } from '../backstage/schedule.ts';
import { switchTo } from '../backstage/switches.ts';
import { deskView } from '../backstage/view.ts';
import { type StageStatus, stageStatus } from '../control/client.ts';
import { createStageClient } from '../control/service-client.ts';
import { type BorrowedStage, borrowStage } from '../control/use-stage.ts';
import { listDrills, listEncores } from '../notes/pages.ts';
import { claimNotes } from '../processes/pid-files.ts';
import { checkPorts } from '../processes/ports.ts';
import { INTERRUPTED, whenToldToLeave } from '../processes/shutdown.ts';
import { readPorts, stageFolder } from '../settings.ts';
import { brokenHere, takeOurBugOutAtOnce } from '../verbs/broken.ts';
import { mend } from '../verbs/repair.ts';
import { helpIfAsked } from './help.ts';

const LOOK_INTERVAL_MS = 500;
const LOOK_LASTS_AT_MOST_MS = 800;

const print = (line = '') => console.log(line);
helpIfAsked('npm run backstage [phone [https]] [30|45|60]');
const { place, slot, https } = readBackstageOrder(process.argv.slice(2));
const schedule = readSchedule(slot);
const port = readPorts().backstage;
const leaving = new AbortController();
const listeners = new Set<() => void>();
const drills = [...listDrills(), ...listEncores()];
let stage: BorrowedStage | undefined;
let status: StageStatus | undefined;
let newest: Snapshot | undefined;

const keyboard = createInterface({ input: process.stdin, output: process.stdout });
/** What the next line is the answer to; without a question it asks for another code. */
let answer: ((line: string) => void) | undefined;
// While readline reads the terminal, nothing else is told of Ctrl-C.
keyboard.on('SIGINT', () => process.emit('SIGINT', 'SIGINT'));

process.once('exit', takeOurBugOutAtOnce);
whenToldToLeave(
  () => void leave(INTERRUPTED),
  () => process.exit(INTERRUPTED),
);

claimNotes(resolve(stageFolder()));
await checkPorts([{ variable: 'BACKSTAGE_PORT', port }]);
const places = await listenersFor(place);
stage = await borrowStage(print);
await stage.ready;

const doorkeeper = createDoorkeeper();
const changed = () => {
  for (const listener of listeners) listener();
};
const desk = createDesk({
  drills,
  changed: () => void lookAtStage().then(changed),
  print: (line) => print(`  ${line}`),
});
for (const { address, place } of places) await open(address, place);
followStage();
await followNewest();
showCode();
keyboard.on('line', (line) => (answer ?? showCode)(line));

/** The presenter's own screen, and with "phone" the machine's addresses too. */
async function listenersFor(wanted: Place): Promise<{ address: string; place: Place }[]> {
  const screen = { address: '127.0.0.1', place: 'screen' as const };
  if (wanted === 'screen') return [screen];
  const phones = (await doorAddresses()).map(({ address }) => ({
    address,
    place: 'phone' as const,
  }));
  if (phones.length > 0) return [screen, ...phones];
  throw userError(
    'This machine has no address that a phone could reach. Open a hotspot on your phone, join it, and run: npm run backstage phone',
  );
}

async function open(address: string, place: Place): Promise<void> {
  const certificate = place === 'phone' && https ? await makeCertificate(address) : undefined;
  const origin = originOf(address, place);
  const app = createBackstage({
    ...{ origin, place, doorkeeper, desk, confirm },
    view: () => deskView({ desk: desk.state(), drills, slot, schedule, status, newest }),
    follow(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async flip(name, to) {
      if (!status) throw userError('The stage does not answer. Start it in a terminal: npm start');
      await switchTo(name, to, status);
      await lookAtStage();
    },
  });
  await new Promise<void>((done, fail) => {
    const limits = { headersTimeout: 5000, requestTimeout: 10_000 };
    const server = certificate
      ? createSecureServer({ ...limits, ...certificate }, app)
      : createServer(limits, app);
    server.once('error', fail).listen(port, address, done);
  });
  if (certificate)
    print(
      `Nobody has signed the certificate of ${origin}, so your phone warns of it. Go on if its SHA-256 fingerprint begins with ${certificate.fingerprint}`,
    );
}

function originOf(address: string, place: Place): string {
  return `${place === 'phone' && https ? 'https' : 'http'}://${address}:${port}`;
}

async function lookAtStage(): Promise<void> {
  const late = userError('The stage does not answer.');
  const seen = await stageStatus({ withinMs: LOOK_LASTS_AT_MOST_MS, late }).catch(() => undefined);
  const isNews = JSON.stringify(stateOf(seen)) !== JSON.stringify(stateOf(status));
  status = seen;
  if (isNews) changed();
}

function stateOf(seen: StageStatus | undefined) {
  return seen && [seen.network, seen.processes.map(({ name, state, frozen }) => [name, state, frozen])];
}

function followStage(): void {
  void lookAtStage().finally(() => setTimeout(followStage, LOOK_INTERVAL_MS));
}

async function followNewest(): Promise<void> {
  const client = createStageClient(await stageStatus());
  createLatest(client, createReader(client)).follow((snapshot) => {
    newest = snapshot;
  });
}

function showCode(): void {
  const [first] = places.filter((each) => each.place === place);
  const url = `${originOf(first?.address ?? '', place)}/#${doorkeeper.newCode()}`;
  if (place === 'phone') {
    print(`\n${renderUnicodeCompact(url, { border: 2 })}`);
    if (!https)
      print(
        "Over http, whoever listens in on the same Wi-Fi can read along: use your phone's own hotspot, or: npm run backstage phone https",
      );
  }
  print(`Backstage: ${url}`);
  print('Good for two minutes and for one device. Enter: another code; Ctrl-C: leave.');
}

/** One question after the other. */
let asking: Promise<unknown> = Promise.resolve();

function confirm(digits: string): Promise<boolean> {
  const asked = asking.then(() => askWhether(digits));
  asking = asked;
  return asked;
}

function askWhether(digits: string): Promise<boolean> {
  print(`A phone has used the code. Is yours showing ${digits}? y or n, and Enter:`);
  return new Promise((done) => {
    answer = (line) => {
      answer = undefined;
      const isYes = line.trim().toLowerCase() === 'y';
      print(isYes ? 'It is backstage now.' : 'It was not let in. Enter: another code.');
      done(isYes);
    };
  });
}

async function leave(code: number): Promise<never> {
  if (leaving.signal.aborted) return new Promise<never>(() => {});
  leaving.abort();
  keyboard.close();
  if (brokenHere.size > 0) print('\nRepairing what backstage broke before leaving:');
  await mend((line) => print(`  ${line}`));
  await stage?.leave();
  process.exit(code);
}
