// The pieces of HTML that a stream sends on their own, compiled once; the pages themselves are rendered by Express.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ejs from 'ejs';
import { vocabulary } from '../../hello-ip/web/vocabulary.ts';

/** @returns a function that renders a view with its values, without white space at its ends */
export type Template = <Values extends object>(name: string) => (values: Values) => string;

/**
 * The folders of the views of an encore, and those of the app whose look it shares.
 * @param module the URL of a module that has `views` beside it
 */
export function viewsBeside(module: string): string[] {
  const own = new URL('./views', module);
  return [own, new URL('../../hello-ip/web/views', import.meta.url)].map((url) => fileURLToPath(url));
}

/** @param views the first of them has the templates, all of them what those include */
export function templatesIn(views: string[]): Template {
  return (name) => {
    const filename = `${views[0]}/${name}.ejs`;
    const render = ejs.compile(readFileSync(filename, 'utf8'), { filename, views, cache: true });
    return (values) => render({ vocabulary, ...values }).trim();
  };
}
