// npm run stage <verb>: the show as commands, one file in verbs/ each.
import { userError } from '../hello-ip/user-error.ts';
import type { Verb } from './verb.ts';
import { nearest } from './words.ts';

const VERBS = [
  ...['status', 'greet', 'expect'],
  ...['kill', 'start', 'stop', 'restart', 'freeze', 'thaw', 'run', 'watch'],
  ...['cut', 'restore', 'break', 'fix'],
  ...['reset', 'doctor'],
];

const [word, ...words] = process.argv.slice(2);
if (word === undefined || word === 'help') await help();
else await (await load(word)).run(words, console.log);

async function load(name: string): Promise<Verb> {
  if (!VERBS.includes(name)) {
    throw userError(
      `"${name}" is not a verb. Did you mean: npm run stage ${nearest(name, VERBS)}\nAll verbs: npm run stage`,
    );
  }
  return (await import(`./verbs/${name}.ts`)).verb;
}

async function help(): Promise<void> {
  const verbs = await Promise.all(VERBS.map(load));
  const width = Math.max(...verbs.map(({ usage }) => usage.length));
  console.log('npm run stage <verb>, with words and never flags:\n');
  for (const { usage, about } of verbs) console.log(`  ${usage.padEnd(width)}  ${about}`);
  console.log('\nProcesses: server, network, worker, app. The claims: npm run stage expect');
}
