// Reads a file that is only ever appended to, and that may be cut off anywhere: one JSON object a line.
import { readFileSync } from 'node:fs';
import type { z } from 'zod';

/** Its lines; those that make no sense are left out, and a file that cannot be read has none. */
export function readJsonLines<T>(file: string, schema: z.ZodType<T>): T[] {
  return textOf(file)
    .split('\n')
    .flatMap((line) => {
      try {
        const { data } = schema.safeParse(JSON.parse(line));
        return data === undefined ? [] : [data];
      } catch {
        return [];
      }
    });
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
