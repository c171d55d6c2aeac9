// Exercise "third step": a service that knows how people say hello. Ask it over HTTP, but do not change it.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A service that answers GET /<location> with a word. */
export interface WordService {
  url: string;
  /** The locations that it was asked for. */
  asked: string[];
  close(): void;
}

/** Several, so that only those who ask know which one it is today. */
const IN_AUSTRIA = ['Servus', 'Griaß di', 'Grüß Gott'];

/** Opens the service on a free port of this machine. */
export async function openWordService(): Promise<WordService> {
  const today = IN_AUSTRIA[Math.floor(Math.random() * IN_AUSTRIA.length)];
  const asked: string[] = [];
  const server = createServer(({ url = '' }, response) => {
    const location = decode(url.slice(1));
    asked.push(location);
    response.setHeader('content-type', 'text/plain; charset=utf-8');
    response.end(location.endsWith('Austria') ? today : 'Hello');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, close };
}

/** An address that is not encoded well is nobody's place, and no reason to fall over. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
