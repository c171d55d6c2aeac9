// The encore of the releases: npm run releases [quick|start …|list|show <id>|cancel <id>|watch].
import type { Client } from '@temporalio/client';
import { cancelRelease, startRelease } from '../../encores/releases/client.ts';
import { type DemoRelease, demoReleases } from '../../encores/releases/demo.ts';
import type { Release } from '../../encores/releases/follow.ts';
import { linesOfTree } from '../../encores/releases/tree-text.ts';
import { titleOf } from '../../encores/releases/words.ts';
import { toPlainText } from '../../hello-ip/support/plain-text.ts';
import { troubleOf } from '../../hello-ip/support/service-error.ts';
import { userError } from '../../hello-ip/support/user-error.ts';
import { stageStatus } from '../control/client.ts';
import { createStageClient, withClient } from '../control/service-client.ts';
import type { BorrowedStage } from '../control/use-stage.ts';
import { bringUp, RELEASES_NEED } from '../encores/bring-up.ts';
import { needRelease, readReleases } from '../encores/read-releases.ts';
import { readReleasesOrder, USAGE } from '../encores/release-args.ts';
import { announce, lineOf, summaryOf } from '../encores/release-text.ts';
import { cancelInTime, conclude, watchReleases } from '../encores/watch-releases.ts';
import { INTERRUPTED, whenToldToLeave } from '../processes/shutdown.ts';
import { readPorts } from '../settings.ts';
import { helpIfAsked } from './help.ts';

const print = (line = '') => console.log(line);

helpIfAsked(USAGE);
const order = readReleasesOrder(process.argv.slice(2));
if (order.do === 'list') await withClient(async (client) => list(await readReleases(client)));
else if (order.do === 'show') await withClient(async (client) => show(await needRelease(client, order.id)));
else if (order.do === 'cancel') await withClient((client) => cancel(client, order.id));
else process.exit((await follow()) ? 0 : 1);

/** Brings up what is needed, starts what was asked for, and follows it to its end. */
async function follow(): Promise<boolean> {
  const leaving = new AbortController();
  let stage: BorrowedStage | undefined;
  let isUnderWay = false;
  whenToldToLeave(
    () => {
      leaving.abort();
      if (isUnderWay)
        print('\nThe releases are kept by the Temporal Service. Come back to them: npm run releases watch');
      void Promise.resolve(stage?.leave()).finally(() => process.exit(INTERRUPTED));
    },
    () => process.exit(INTERRUPTED),
  );
  try {
    await bringUp(RELEASES_NEED, print, (borrowed) => {
      stage = borrowed;
    });
    const client = createStageClient(await stageStatus());
    isUnderWay = true;
    return await startAndWatch(client, leaving.signal);
  } catch (error) {
    if (leaving.signal.aborted) await new Promise(() => {}); // the end is under way
    throw error;
  } finally {
    await stage?.leave();
  }
}

async function startAndWatch(client: Client, signal: AbortSignal): Promise<boolean> {
  const page = `http://127.0.0.1:${((await stageStatus())?.ports ?? readPorts()).releases}`;
  const started = startedBy();
  for (const release of started) {
    await startRelease(client, release.plan).catch(explain);
    for (const line of announce(release, page)) print(line);
  }
  const ids = new Set(order.do === 'watch' ? await underWay(client) : started.map(({ plan }) => plan.id));
  if (ids.size === 0) print('No release is under way. Start three: npm run releases');
  print();
  const options = { client, print, signal };
  for (const release of started) void cancelInTime(release, options);
  return conclude(await watchReleases(ids, options), started, print);
}

function startedBy(): DemoRelease[] {
  if (order.do === 'demo') return demoReleases(order.isQuick);
  return order.do === 'start' ? [order.release] : [];
}

async function underWay(client: Client): Promise<string[]> {
  const releases = await readReleases(client);
  return releases.filter(({ endedAt }) => endedAt === undefined).map(({ plan }) => plan.id);
}

function list(releases: Release[]): void {
  const width = Math.max(0, ...releases.map((release) => titleOf(release).length));
  for (const release of releases) print(`${lineOf(release, width, true)}  ${release.plan.id}`);
  if (releases.length === 0) print('No release yet. Start three: npm run releases');
}

function show(release: Release): void {
  const [head = '', ...rest] = summaryOf(release);
  print(head);
  for (const line of linesOfTree(release.tree)) print(toPlainText(line));
  for (const line of rest) print(line);
}

async function cancel(client: Client, word: string): Promise<void> {
  const release = await needRelease(client, word);
  if (release.isCancelAsked && release.endedAt === undefined)
    return print(`${titleOf(release)} is being cancelled already: the app at hand is finished first.`);
  await cancelRelease(client, release.plan.id);
  print(`${titleOf(release)}: cancel Signal sent. The app at hand is finished first.`);
}

function explain(error: Error): never {
  if (error.name === 'UserError') throw error;
  throw userError(
    troubleOf(error) ?? 'The Temporal Service does not answer. Start it: npm run stage start server',
  );
}
