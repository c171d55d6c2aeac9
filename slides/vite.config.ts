// What the build says and leaves out, and how the deck hears of the running stage while it is presented.
import { fileURLToPath } from 'node:url';

const { VITE_CONTROL_PORT = '8001', VITE_BACKSTAGE_PORT = '8004' } = process.env;

/** Asks the stage for the deck, whose page would log an error for each time that no stage is up. */
const live = {
  name: 'live',
  configureServer({ middlewares }: DevServer) {
    middlewares.use('/live.json', async (_request, response) => {
      const signal = AbortSignal.timeout(2500);
      const asked = fetch(`http://127.0.0.1:${VITE_CONTROL_PORT}/live.json`, { signal });
      const answer = await asked.then((reply) => reply.text()).catch(() => 'null');
      response.setHeader('content-type', 'application/json').end(answer);
    });
  },
};

/** The key k of the deck, for backstage, whose page takes orders from itself only: this server is on the same machine. */
const backstage = {
  name: 'backstage',
  configureServer({ middlewares }: DevServer) {
    middlewares.use('/backstage', async (request, response) => {
      const text = await passOn(request).catch(() => AWAY);
      response.setHeader('content-type', 'application/json').end(text);
    });
  },
};

const AWAY = JSON.stringify({ says: 'Backstage does not answer. Start it: npm run backstage' });

/** Only what the deck's own page sends: no other page can send JSON with this header to it. */
async function passOn(request: Asked): Promise<string> {
  const isOurs =
    request.headers['x-backstage'] === '1' && request.headers['content-type'] === 'application/json';
  if (!isOurs || (request.url !== '/allow' && request.url !== '/next'))
    return JSON.stringify({ says: 'Only the deck itself may press.' });
  let body = '';
  for await (const part of request) body += part;
  const host = `http://127.0.0.1:${VITE_BACKSTAGE_PORT}`;
  const answer = await fetch(`${host}/deck${request.url}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-backstage': '1', origin: host },
    body,
    signal: AbortSignal.timeout(2500),
  });
  const text = await answer.text();
  return answer.ok ? text : JSON.stringify({ says: text.trim() });
}

interface Asked extends AsyncIterable<unknown> {
  url?: string;
  headers: Record<string, string | undefined>;
}
interface Answer {
  setHeader(name: string, value: string): Answer;
  end(text: string): void;
}
interface DevServer {
  middlewares: { use(path: string, answer: (request: Asked, response: Answer) => Promise<void>): void };
}

export default {
  logLevel: 'warn',
  plugins: [live, backstage],
  build: { rolldownOptions: { checks: { pluginTimings: false } } },
  resolve: {
    alias: {
      '@shikijs/vitepress-twoslash/client': fileURLToPath(new URL('./no-twoslash.ts', import.meta.url)),
    },
  },
};
