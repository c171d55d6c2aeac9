// Backstage: from a press on the presenter's page to its effect.
import { isThere, run, startStage, until } from '../../support/harness.ts';
import type { Row } from '../names.ts';

const RUNS = 20;

export const row: Row = {
  name: 'backstage',
  async measure(print) {
    const stage = await startStage();
    const { folder, ports } = stage;
    const backstage = await run('stage/commands/backstage.ts', [], { folder, ports, typed: true });
    const [, host = '', code = ''] = await backstage.untilSaid(/Backstage: (http:[^#]+)\/#(\S+)/);
    const headers = { 'content-type': 'application/json', 'x-backstage': '1', origin: host };
    const post = (path: string, body: object, cookie = '') =>
      fetch(`${host}${path}`, {
        method: 'POST',
        headers: { ...headers, cookie },
        body: JSON.stringify(body),
      });
    const [cookie = ''] = (await post('/pair', { code })).headers.get('set-cookie')?.split(';') ?? [];
    const runs: number[] = [];
    for (let each = 0; each < RUNS; each += 1) {
      const pid = stage.pidOf('worker');
      const begun = performance.now();
      await post('/switch', { name: 'worker', to: 'broken' }, cookie);
      await until(() => !isThere(pid));
      runs.push(performance.now() - begun);
      await post('/switch', { name: 'worker', to: 'whole' }, cookie);
      await until(() => stage.pidOf('worker') !== pid);
    }
    print(`the Worker killed ${RUNS} times from the page`);
    await backstage.leave();
    await stage.leave();
    const what = 'Backstage: from the press that kills the Worker until it is gone';
    return [{ what, unit: 'ms', runs, of: 'p95', most: { plus: 300 } }];
  },
};
