// Writes one run after the other into the history of a folder, and says each that is written; a test kills it while it does.
import { openHistory } from '../../encores/pipelines/history/history.ts';
import { record } from '../../encores/pipelines/history/store.ts';

const history = await openHistory(process.argv[2] ?? '');
for (let number = 1; ; number += 1) {
  const [run_id, started_at] = [`run-${number}`, new Date()];
  await record(history, {
    definition: { name: 'd', version: 1, definition: {} },
    run: {
      ...{
        id: run_id,
        definition_name: 'd',
        definition_version: 1,
        status: 'RUNNING',
        input: {},
        output: null,
      },
      ...{ error: null, correlation_id: null, parent_run_id: null, started_at, ended_at: null },
    },
    steps: [],
  });
  console.log(`written ${number}.`);
}
