// Every rule of the format, run in this process: the answers are agreed on, and the clock jumps.
import { describe, expect, it } from 'vitest';
import { ROWS } from '../../test/support/conformance.ts';
import { runInProcess } from '../../test/support/pipeline-host.ts';

describe('a pipeline', () => {
  it.each(ROWS)(
    '$rule',
    async ({ tasks, more, status, output, reason, calls, took, tasksAre = {}, ...given }) => {
      const { outcome, run, ...did } = await runInProcess({
        ...given,
        definition: { name: 'row', tasks, ...more },
      });
      expect(outcome).toMatchObject({ status, ...(reason && { reason }) });
      if (output !== undefined) expect(outcome?.output).toEqual(output);
      if (calls) expect(did.calls).toEqual(calls);
      if (took !== undefined) expect(did.took).toBe(took);
      const statuses = Object.fromEntries(Object.keys(tasksAre).map((id) => [id, run.tasks.get(id)?.status]));
      expect(statuses).toEqual(tasksAre);
    },
  );
});

it('warns of a run that takes longer than its timeoutSeconds, with ALERT_ONLY', async () => {
  const tasks = [{ name: 'w', taskReferenceName: 'w', type: 'WAIT', inputParameters: { duration: '2s' } }];
  const { outcome, warnings } = await runInProcess({
    definition: { name: 'slow', timeoutSeconds: 1, tasks },
  });
  expect(outcome?.status).toBe('COMPLETED');
  expect(warnings).toEqual(['slow took longer than its 1 s.']);
});

it('a long loop goes on in new histories, with everything that it has answered', async () => {
  const body = {
    name: 'a',
    taskReferenceName: 'a',
    type: 'LOG',
    inputParameters: { message: '${l.output.iteration}' },
  };
  const loop = {
    name: 'l',
    taskReferenceName: 'l',
    type: 'DO_WHILE',
    items: '${workflow.input.items}',
    loopOver: [body],
  };
  const after = { name: 'z', taskReferenceName: 'z', type: 'LOG', inputParameters: { message: 'after' } };
  const items = Array.from({ length: 50 }, (_, index) => index);
  const outputParameters = { iterations: '${l.output.iteration}' };
  const definition = { name: 'long', tasks: [loop, after], outputParameters };
  const { outcome, run, calls, histories } = await runInProcess({ definition, input: { items } });
  expect(histories).toBeGreaterThan(2);
  expect(outcome).toEqual({ status: 'COMPLETED', output: { iterations: 50 } });
  expect(calls).toEqual([...items.map((index) => `a__${index + 1}`), 'z']);
  expect(run.tasks.get('a__1')?.status).toBe('COMPLETED');
});
