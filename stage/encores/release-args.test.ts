// What npm run releases understands, and what it says to the rest.
import { expect, it } from 'vitest';
import { readReleasesOrder } from './release-args.ts';

const read = (line: string) => readReleasesOrder(line === '' ? [] : line.split(' '));

it.each([
  ['', { do: 'demo', isQuick: false }],
  ['quick', { do: 'demo', isQuick: true }],
  ['list', { do: 'list' }],
  ['watch', { do: 'watch' }],
  ['show search 2.4', { do: 'show', id: 'search 2.4' }],
  ['cancel billing-3.0-abc123', { do: 'cancel', id: 'billing-3.0-abc123' }],
])('"%s"', (line, order) => {
  expect(read(line)).toEqual(order);
});

it.each([
  ['start search 2.4 5', { ends: 'completed', name: 'search 2.4', seconds: 5 }],
  ['start cancel 1 0.5', { ends: 'completed', name: 'cancel 1', seconds: 0.5 }],
  ['start search 5 fail app-3', { ends: 'failed', seconds: 5, app: 'app:cluster-1-1-bundle-app-3' }],
  ['start search 5 fail app:cluster-2-2-bundle-app-2', { app: 'app:cluster-2-2-bundle-app-2' }],
  ['start search 5 cancel after 60', { ends: 'cancelled', cancelAfter: 60 }],
  ['start search 5 fail app-3 cancel after 6.5', { ends: 'cancelled', cancelAfter: 6.5 }],
])('"%s"', (line, wanted) => {
  const order = read(line);
  if (order.do !== 'start') expect.fail(order.do);
  const { plan, ends, cancelAfter } = order.release;
  const { scenario, name, appDeployTime: seconds } = plan;
  const app = scenario.kind === 'app_failure' ? scenario.app : undefined;
  expect({ ends, cancelAfter, name, seconds, app }).toMatchObject(wanted);
});

it.each([
  ['quik', 'Did you mean: npm run releases quick'],
  ['list all', '"list" takes no words, but got "all". Run: npm run releases list'],
  ['show', 'Which release? Name one by its id or its name: npm run releases show <id>'],
  ['start', 'A release needs a name and the seconds for each app.'],
  ['start 5', 'A release needs a name'],
  ['start search', 'A release needs a name'],
  ['start search -5', 'A release needs a name'],
  ['start search 99999', 'appDeployTime: must not be more than 3600 seconds'],
  ['start search 5 fail', '"fail" is not understood.'],
  ['start search 5 cancel', '"cancel" is not understood.'],
  ['start search 5 fail ap-3', '"ap-3" is no app of the release. Did you mean: app-3'],
  ['start a\u001b[2J 5', 'name: must be text that can be seen'],
])('"%s" is refused', (line, said) => {
  expect(() => read(line)).toThrow(said);
});
