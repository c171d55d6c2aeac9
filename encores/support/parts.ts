// The parts of a page that change on their own, so that a browser is sent only what it does not have yet.
import { randomBytes } from 'node:crypto';

/** Counts the changes of all pages; a server that was restarted counts under another name. */
const COUNTED_BY = randomBytes(4).toString('hex');
let version = 0;

/** The parts of one page, each the HTML of the element of its id. */
export class Parts {
  #parts = new Map<string, { html: string; of: string; version: number }>();

  /** Gives a part its HTML. It counts as changed if that is another one or, for a part with parts in it, if `of` is. */
  set(id: string, html: string, of = html): void {
    const before = this.#parts.get(id);
    const isChanged = before?.of !== of;
    if (isChanged) version += 1;
    this.#parts.set(id, { html, of, version: isChanged ? version : before.version });
  }

  get(id: string): string {
    return this.#parts.get(id)?.html ?? '';
  }

  /** The parts that have changed since, as messages for htmx. */
  since(seen: number): string[] {
    return [...this.#parts].flatMap(([id, part]) =>
      part.version > seen
        ? [`<hx-partial hx-target="#${id}" hx-swap="outerMorph">${part.html}</hx-partial>`]
        : [],
    );
  }
}

/** What a page that is rendered now has seen. */
export function seenNow(): string {
  return `${COUNTED_BY}-${version}`;
}

/** The version in the words of seenNow, or one before all others if they are another server's. */
export function versionOf(seen: unknown): number {
  const [by, number] = String(seen).split('-');
  return by === COUNTED_BY && /^\d{1,15}$/.test(number ?? '') ? Number(number) : -1;
}
