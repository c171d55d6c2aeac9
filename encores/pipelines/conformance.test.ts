// Every rule of the format, run in this process: the answers are agreed on, and the clock jumps.
import { describe, expect, it } from 'vitest';
import { ROWS } from '../../test/support/conformance.ts';
import { runInProcess } from '../../test/support/pipeline-host.ts';

describe('a pipeline', () => {
  it.each(ROWS)('$rule', async ({ tasks, more, status, output, reason, calls, tasksAre = {}, ...given }) => {
    const { outcome, run, ...did } = await runInProcess({
      ...given,
      definition: { name: 'row', tasks, ...more },
    });
    expect(outcome).toMatchObject({ status, ...(reason && { reason }) });
    if (output !== undefined) expect(outcome?.output).toEqual(output);
    if (calls) expect(did.calls).toEqual(calls);
    const statuses = Object.fromEntries(Object.keys(tasksAre).map((id) => [id, run.tasks.get(id)?.status]));
    expect(statuses).toEqual(tasksAre);
  });
});
