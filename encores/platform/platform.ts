// The world that the encores deploy to: a small stand-in that does what it is asked once for each idempotency key, and counts it.
import { appendFileSync } from 'node:fs';
import express, { type Express } from 'express';
import { z } from 'zod';
import { readJsonLines } from '../../hello-ip/support/json-lines.ts';
import { refuseForeignHosts } from '../../hello-ip/web/guards.ts';
import { STEPS } from './steps.ts';

const MOST_SLOW_MS = 60_000;

const Asked = z.object({
  release: z.string().max(200),
  app: z.string().max(200),
  fails: z.boolean().default(false),
});
const Faults = z.object({ slowMs: z.number().min(0).max(MOST_SLOW_MS) });

/** One thing that was really done. */
const Done = z.object({ key: z.string(), step: z.enum(STEPS), release: z.string(), app: z.string() });
type Done = z.infer<typeof Done>;

export interface PlatformOptions {
  /** Where it keeps what it has done, one JSON object a line, so that a killed platform still knows it. */
  file: string;
  print: (line: string) => void;
}

/**
 * `POST /provision`, `/traffic`, `/verify` with `{release, app}` and the header Idempotency-Key: 200 `{"status": "done"}`;
 * 422 where the app is to fail; 400 for anything else. `GET /deployments` lists what was done, `PUT /faults`
 * with `{"slowMs": 3000}` makes it slow. Errors are problem details, RFC 9457.
 */
export function createPlatform({ file, print }: PlatformOptions): Express {
  // What was done in earlier lives too.
  const done = new Map(readJsonLines(file, Done).map((what) => [what.key, what]));
  let slowMs = 0;
  const platform = express()
    .disable('x-powered-by')
    .use(refuseForeignHosts('127.0.0.1', []))
    .use(express.json({ limit: '16kb' }));

  platform.get('/health', (_, response) => void response.json({ status: 'up' }));
  platform.get('/deployments', (_, response) => void response.json(countDone(done.values())));
  platform.put('/faults', (request, response) => {
    const faults = Faults.safeParse(request.body);
    if (!faults.success) return problem(response, 400, 'slowMs is a number of milliseconds up to 60000.');
    slowMs = faults.data.slowMs;
    response.json({ slowMs });
  });
  for (const step of STEPS)
    platform.post(`/${step}`, (request, response) => {
      const asked = Asked.safeParse(request.body);
      const key = request.get('idempotency-key');
      if (!asked.success || !key)
        return problem(response, 400, 'Send JSON with release and app, and an Idempotency-Key.');
      const { release, app, fails } = asked.data;
      print(JSON.stringify({ step, release, app }));
      if (fails) return problem(response, 422, 'Simulated failure scenario');
      const answer = () => {
        if (!done.has(key)) keep({ key, step, release, app });
        response.json({ status: 'done' });
      };
      if (slowMs === 0) answer();
      else setTimeout(answer, slowMs).unref();
    });
  platform.use((_, response) => problem(response, 404, 'There is nothing here.'));
  const refuse: express.ErrorRequestHandler = (error, _, response, next) =>
    response.headersSent
      ? next(error)
      : problem(response, error.status ?? 500, 'The body is not JSON of 16 KiB at most.');
  platform.use(refuse);
  return platform;

  function keep(what: Done): void {
    // The line break comes first: a line that a kill has cut in half must not swallow the next one.
    appendFileSync(file, `\n${JSON.stringify(what)}`);
    done.set(what.key, what);
  }
}

function problem(response: express.Response, status: number, detail: string): void {
  response.status(status).type('application/problem+json').json({ status, detail });
}

function countDone(done: Iterable<Done>) {
  const counts = new Map<
    string,
    { release: string; app: string; provision: number; traffic: number; verify: number }
  >();
  for (const { release, app, step } of done) {
    const id = `${release} ${app}`;
    const count = counts.get(id) ?? { release, app, provision: 0, traffic: 0, verify: 0 };
    count[step] += 1;
    counts.set(id, count);
  }
  return [...counts.values()];
}
