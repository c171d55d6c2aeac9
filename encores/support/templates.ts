// The pieces of HTML that a stream sends on their own, compiled once; the pages themselves are rendered by Express.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ejs from 'ejs';
import { vocabulary } from '../../hello-ip/web/vocabulary.ts';

/** @returns a function that renders a view with its values, without white space at its ends */
export type Template = <Values extends object>(name: string) => (values: Values) => string;

/**
 * The folders of the views of an encore, of those that encores share, and of the app whose look they have.
 * @param module the URL of a module that has `views` beside it
 */
export function viewsBeside(module: string): string[] {
  const shared = ['./views', '../../hello-ip/web/views'].map((path) => new URL(path, import.meta.url));
  return [new URL('./views', module), ...shared].map((url) => fileURLToPath(url));
}

/** @param views where the templates are, and what they include */
export function templatesIn(views: string[]): Template {
  return (name) => {
    const filename = views.map((folder) => `${folder}/${name}.ejs`).find(existsSync) ?? name;
    const render = ejs.compile(readFileSync(filename, 'utf8'), { filename, views, cache: true });
    return (values) => render({ vocabulary, ...values }).trim();
  };
}
