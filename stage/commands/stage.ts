// npm run stage <verb>: the show as commands, each a file in verbs/.
import { PROCESSES } from '../processes/names.ts';
import { loadVerb, MORE_VERBS, readVerbWords, VERBS } from '../verbs/load-verb.ts';
import { isHelp } from './help.ts';

const [word, ...words] = process.argv.slice(2);
if (word === undefined || isHelp(word)) await help();
else await runVerb(word);

async function runVerb(name: string): Promise<void> {
  const verb = await loadVerb(name);
  if (words.some(isHelp)) return console.log(`npm run stage ${verb.usage}\n  ${verb.about}`);
  await verb.run(readVerbWords(verb, words), console.log);
}

async function help(): Promise<void> {
  const verbs = await Promise.all(VERBS.filter((name) => !MORE_VERBS.includes(name)).map(loadVerb));
  const width = Math.max(...verbs.map(({ usage }) => usage.length));
  console.log('npm run stage <verb>, with words, not flags:\n');
  for (const { usage, about } of verbs) console.log(`  ${usage.padEnd(width)}  ${about}`);
  console.log(`\nProcesses: ${PROCESSES.join(', ')}. Claims: npm run stage expect`);
  console.log(`More, with help: ${MORE_VERBS.join(', ')}. Claims: expect encores`);
}
