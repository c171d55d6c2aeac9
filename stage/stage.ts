// npm run stage <verb>: the show as commands, one file in verbs/ each.
import { loadVerb, VERBS } from './verb.ts';

const [word, ...words] = process.argv.slice(2);
if (word === undefined || word === 'help') await help();
else await (await loadVerb(word)).run(words, console.log);

async function help(): Promise<void> {
  const verbs = await Promise.all(VERBS.map(loadVerb));
  const width = Math.max(...verbs.map(({ usage }) => usage.length));
  console.log('npm run stage <verb>, with words and never flags:\n');
  for (const { usage, about } of verbs) console.log(`  ${usage.padEnd(width)}  ${about}`);
  console.log('\nProcesses: server, network, worker, app. The claims: npm run stage expect');
}
