// What can be measured, in the order of the table: the grammar of npm run bench.
import { userError } from '../../hello-ip/support/user-error.ts';
import { nearest } from '../../stage/nearest.ts';
import type { Figure } from './figures.ts';

/** What belongs together in the table, measured in one go. */
export interface Row {
  name: string;
  /** Reports progress. */
  measure(print: (line: string) => void): Promise<Figure[]>;
}

export const NAMES = [
  ...['worker-start', 'greeting', 'event-to-page', 'viewers', 'worker-kill'],
  ...['server-kill', 'cut', 'bug', 'in-flight', 'install', 'pipelines', 'room', 'backstage'],
];

/** The names given, or all of them if there is none. @throws a user error for an unknown one */
export function readNames(words: string[]): string[] {
  const names = words.map((word) => word.replace(/,$/, ''));
  const unknown = names.find((name) => !NAMES.includes(name));
  if (unknown === undefined) return names.length > 0 ? names : NAMES;
  throw userError(`There is no "${unknown}". Did you mean: npm run bench ${nearest(unknown, NAMES)}`);
}

/** The row of that name. */
export async function loadRow(name: string): Promise<Row> {
  return (await import(`./rows/${name}.ts`)).row;
}
