// The pieces of HTML that a stream sends on their own, compiled once; the pages themselves are rendered by Express.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ejs from 'ejs';
import { vocabulary } from '../../../hello-ip/web/vocabulary.ts';

/** Where the views are: the encore's own, and those of the app whose look it shares. */
export const VIEWS = ['./views', '../../../hello-ip/web/views'].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
);

/** @returns a function that renders this view with its values, without white space at its ends */
export function template<Values extends object>(name: string): (values: Values) => string {
  const filename = `${VIEWS[0]}/${name}.ejs`;
  const render = ejs.compile(readFileSync(filename, 'utf8'), { filename, views: VIEWS, cache: true });
  return (values) => render({ vocabulary, ...values }).trim();
}
