// What npm run pipelines understands, and what it says to the rest.
import { expect, it } from 'vitest';
import { readPipelinesOrder } from './pipeline-args.ts';

const read = (line: string) => readPipelinesOrder(line === '' ? [] : line.split(' '));

it.each([
  ['', { do: 'up' }],
  ['register', { do: 'register', files: [] }],
  ['register a.json b.json', { do: 'register', files: ['a.json', 'b.json'] }],
  ['run pipeline', { do: 'run', name: 'pipeline_simple_v1', input: undefined }],
  ['run deploy', { do: 'run', name: 'deploy_simple_v1', input: undefined }],
  ['run mine in.json', { do: 'run', name: 'mine', input: 'in.json' }],
  ['status x', { do: 'status', id: 'x', asJson: false }],
  ['status x json', { do: 'status', id: 'x', asJson: true }],
  ['cancel x', { do: 'cancel', id: 'x' }],
  ['complete x ref {"a": 1}', { do: 'complete', id: 'x', ref: 'ref', output: '{"a": 1}' }],
  ['complete x ref', { do: 'complete', id: 'x', ref: 'ref', output: '{}' }],
  ['rollback 2', { do: 'rollback', version: 2 }],
  ['rebuild-history', { do: 'rebuild-history' }],
])('"%s"', (line, order) => {
  expect(read(line)).toEqual(order);
});

it.each([
  ['regster', 'Did you mean: npm run pipelines register'],
  ['list all', '"list" takes no words, but got "all". Run: npm run pipelines list'],
  ['run', 'Which definition? Name one, for example: npm run pipelines run pipeline'],
  ['run a b.json c', 'A run takes one input, but got "c" too.'],
  ['status', 'Which run? Name one by its id: npm run pipelines status <id>'],
  ['status x yaml', '"yaml" is not known here. Run: npm run pipelines status x json'],
  ['pause', 'Which run? Name one by its id: npm run pipelines pause <id>'],
  ['complete x', 'Which task of which run? Name both: npm run pipelines complete <id> <ref>'],
  ['rollback', 'To which version? Name it, 0 for an empty schema: npm run pipelines rollback 2'],
  ['rollback two', 'To which version?'],
])('"%s" is refused', (line, said) => {
  expect(() => read(line)).toThrow(said);
});
