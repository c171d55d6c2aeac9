// What the build says and leaves out, and how the deck hears of the running stage while it is presented.
import { fileURLToPath } from 'node:url';

const { VITE_CONTROL_PORT = '8001' } = process.env;

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

interface Answer {
  setHeader(name: string, value: string): Answer;
  end(text: string): void;
}
interface DevServer {
  middlewares: { use(path: string, answer: (request: unknown, response: Answer) => Promise<void>): void };
}

export default {
  logLevel: 'warn',
  plugins: [live],
  build: { rolldownOptions: { checks: { pluginTimings: false } } },
  resolve: {
    alias: {
      '@shikijs/vitepress-twoslash/client': fileURLToPath(new URL('./no-twoslash.ts', import.meta.url)),
    },
  },
};
