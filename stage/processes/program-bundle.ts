// Bundles the kit's own programs, which start faster as JavaScript in one piece than as 200 files. run.cjs finds the bundles.
import { readdirSync, rmSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BuildOptions, BuildResult, OutputFile, Plugin } from 'esbuild';
import { bundleFolder, findBundle, MANIFEST, type Manifest, stampOf } from '../find-bundle.cjs';
import { ROOT } from '../settings.ts';
import { writeOwnFile } from './own-files.ts';

/** Many files each. The other packages have native code, or files beside them, or are few files. */
const INLINED = ['undici', 'zod'];
/** Packages in CommonJS call require for what Node brings; sources are found from where the bundle lies. */
const BANNER =
  "import { createRequire as requireFrom } from 'node:module'; const bundleUrl = import.meta.url, require = requireFrom(bundleUrl);";
/** A process that was started from an older bundle may load a part of it later. */
const KEPT_MS = 60 * 60 * 1000;

const THIS_FILE = fileURLToPath(import.meta.url);
const AS_LOADED = stampOf(THIS_FILE);
const require = createRequire(import.meta.url);
const { dependencies } = require('../../package.json');

/** How many builds esbuild's own process is busy with; it ends with the last of them. */
let running = 0;

/**
 * Makes the bundle of a program such as hello-ip/worker.ts, unless there is a fresh one. Takes about 0.2 s.
 * Never rejects: without a bundle the .ts file runs, and says itself what is wrong with it.
 */
export async function bundleProgram(file: string, root = ROOT): Promise<void> {
  if (!findBundle(root, file)) await makeBundle(file, root).catch(() => {});
}

async function makeBundle(file: string, root: string): Promise<void> {
  const esbuild = await import('esbuild');
  const folder = bundleFolder(root, file);
  const stamps = new Map([[THIS_FILE, AS_LOADED]]);
  running += 1;
  try {
    const result = await esbuild.build(optionsFor(file, root, folder, stamps));
    const { inputs, outputs } = result.metafile;
    const [main = ''] = Object.entries(outputs).find(([, { entryPoint }]) => entryPoint === file) ?? [];
    const stamped = [...Object.keys(inputs), ...whatBuilds(root)].map((input) => {
      const path = join(root, input);
      return [input, stamps.get(path) ?? stampOf(path)];
    });
    save(folder, filesOf(result), { main: basename(main), inputs: Object.fromEntries(stamped) });
  } finally {
    running -= 1;
    if (running === 0) await esbuild.stop();
  }
}

function optionsFor(file: string, root: string, folder: string, stamps: Map<string, string>) {
  return {
    absWorkingDir: root,
    entryPoints: [file, ...INLINED], // entries of their own, so that no source shares a file with them
    outdir: folder,
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true, // what is imported only when needed stays a file of its own
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: Object.keys(dependencies).filter((name) => !INLINED.includes(name)),
    banner: { js: BANNER },
    define: { 'import.meta.url': 'sourceUrl' },
    plugins: [readSources(folder, stamps)],
    sourcemap: 'linked',
    sourcesContent: false,
    metafile: true as const,
    write: false as const,
    logLevel: 'silent',
  } satisfies BuildOptions;
}

/** Stamps each source before it is read (packages only change in an installation), and lets import.meta.url mean it, also in a clone that is moved later. */
function readSources(folder: string, stamps: Map<string, string>): Plugin {
  return {
    name: 'read sources',
    setup: ({ onLoad }) =>
      onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        stamps.set(path, stampOf(path));
        const text = await readFile(path, 'utf8');
        const from = relative(folder, path).replaceAll('\\', '/');
        // In front of the first line: no line gets another number.
        return { loader: 'ts', contents: `const sourceUrl = new URL('${from}', bundleUrl).href; ${text}` };
      }),
  };
}

/** Without the source maps of packages, which are large: a stack trace would wait for them a third of a second. */
function filesOf({ outputFiles, metafile }: BuildResult<ReturnType<typeof optionsFor>>): OutputFile[] {
  const isPackage = (input: string) => input.includes('node_modules/');
  const ofPackages = Object.entries(metafile.outputs)
    .filter(([, { inputs }]) => Object.keys(inputs).every(isPackage))
    .map(([output]) => `${basename(output)}.map`);
  return outputFiles.filter(({ path }) => !ofPackages.includes(basename(path)));
}

/** What makes another bundle of the same sources: other packages, another esbuild, another version of this file. */
function whatBuilds(root: string): string[] {
  const esbuild = require.resolve('esbuild/package.json');
  return ['package-lock.json', relative(root, esbuild), relative(root, THIS_FILE)];
}

function save(folder: string, files: OutputFile[], manifest: Manifest): void {
  for (const { path, text } of files) writeOwnFile(path, text);
  writeOwnFile(join(folder, MANIFEST), JSON.stringify(manifest));
  const kept = [MANIFEST, ...files.map(({ path }) => basename(path))];
  for (const name of readdirSync(folder).filter((each) => !kept.includes(each))) {
    const path = join(folder, name);
    if (statSync(path).mtimeMs < Date.now() - KEPT_MS) rmSync(path, { force: true });
  }
}
