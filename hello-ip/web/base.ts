// What every app of the kit has before its first route: guards, views, and files.
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import express, { type Express, type RequestHandler } from 'express';
import { neverStored, securityHeaders } from './guards.ts';
import { refusePipelining } from './pipelining.ts';
import { vocabulary } from './vocabulary.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const folderOf = (file: string) => dirname(fileURLToPath(import.meta.resolve(file)));

/** A file in each package whose folder is served. */
const FONTS = { inter: '@fontsource-variable/inter', mono: '@fontsource-variable/jetbrains-mono' };
const LIBRARIES = ['htmx.org/dist/htmx.min.js', '@picocss/pico/css/pico.min.css'];

/** The views of the app of the talk. */
export const VIEWS = here('./views');
const PUBLIC = here('./public');

/** What an app may have of its own. */
export interface BaseOptions {
  /** Refuses what calls it by a name that is not its own. */
  guard: RequestHandler;
  /** Folders of views. */
  views?: string[];
  /** Folders of public files that are looked in first. */
  files?: string[];
}

/** An app with its guards and files, and no routes yet. */
export function createBase({ guard, views = [VIEWS], files = [] }: BaseOptions): Express {
  const app = express();
  app.set('views', views);
  app.set('view engine', 'ejs');
  app.enable('view cache');
  Object.assign(app.locals, { vocabulary, notice: undefined });
  app.use(refusePipelining, guard, securityHeaders);
  for (const [name, file] of Object.entries(FONTS))
    app.use(`/public/${name}`, express.static(folderOf(file), { maxAge: '1h' }));
  app.use(neverStored);
  for (const folder of [...files, PUBLIC]) app.use('/public', express.static(folder));
  for (const file of LIBRARIES) app.use('/public', express.static(folderOf(file)));
  return app;
}
