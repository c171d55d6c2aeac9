// What find-bundle.cjs gives to TypeScript. A root is the absolute path of a clone; files are named as seen from there.

/** What a bundle was made of, each file with its stamp then, and which of the bundle's files is to be run. */
export interface Manifest {
  main: string;
  inputs: Record<string, string>;
}
/** The name of the file with that, beside the bundle. */
export const MANIFEST: string;
export function bundleFolder(root: string, file: string): string;
export function stampOf(path: string): string;
export function findBundle(root: string, file: string): string | undefined;
export function nameSources(): void;
