// Which errors of a host are worth a look: not those that every kill of a neighbour leaves in its log.
import { expect, it } from 'vitest';
import { createErrorLog, lastErrorIn } from './logs.ts';

/** One that was brought up long ago. */
function quietLog() {
  let at = 0;
  const log = createErrorLog(() => at);
  at = 60_000;
  return log;
}

const line = (level: string, msg: string, error?: string) => JSON.stringify({ level, msg, error });

it.each([
  [
    'service failures',
    'connection error: desc = "transport: Error while dialing: connect: connection refused"',
  ],
  ['Persistent fetch operation Failure', 'shard closed'],
  ['service failures', 'Shard is owned by:127.0.0.1:7266 but not by 127.0.0.1:7270'],
  ['Error acquiring shard', 'Failed to update shard. Previous range ID: 0; new range ID: 1'],
  ['Operation failed with internal error.', 'CreateTasks failed. Error: no usable database connection found'],
  ['service failures', 'ListWorkflowExecutions operation failed.: pq: the database system is starting up'],
  ['error fetching user data from parent', 'error reading from server: EOF'],
])('is known: %s: %s', (msg, error) => {
  const log = quietLog();
  log.read('history-1', line('error', msg, error));
  expect(log.unknown()).toEqual([]);
});

it('counts what nobody knows, and passes over warnings and what is no JSON', () => {
  const log = quietLog();
  for (const text of [line('error', 'cannot do', 'disk is full'), line('error', 'cannot do', 'disk is full')])
    log.read('history-1', text);
  log.read('history-1', line('warn', 'slow'));
  log.read('history-1', 'Starting server');
  log.read('matching-2', line('fatal', 'Unable to create server'));
  expect(log.unknown()).toEqual([
    { host: 'history-1', message: 'cannot do: disk is full', count: 2 },
    { host: 'matching-2', message: 'Unable to create server', count: 1 },
  ]);
});

it('the last words of a host are one sentence, without its stack', () => {
  const fatal = JSON.stringify({
    level: 'fatal',
    msg: 'Unable to listen',
    error: 'address in use',
    stacktrace: 'main.go',
  });
  expect(lastErrorIn(['Starting', fatal, line('warn', 'slow')])).toBe('Unable to listen: address in use');
  expect(lastErrorIn(['Killed'])).toBeUndefined();
});

it('what follows upon a kill is nothing to look at, and what comes later is', () => {
  let at = 0;
  const log = createErrorLog(() => at);
  log.read('history-1', line('error', 'while it starts'));
  at = 100_000;
  log.disturbed();
  at += 20_000;
  log.read('history-1', line('error', 'after a kill'));
  at += 20_000;
  log.read('history-1', line('error', 'out of the blue'));
  expect(log.unknown().map(({ message }) => message)).toEqual(['out of the blue']);
});
