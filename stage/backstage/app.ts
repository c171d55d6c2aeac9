// The presenter's page: who gets in, what it shows, and its buttons. It runs what the notes and the verbs can do, and nothing typed.
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import express, { type Express, type Request, type RequestHandler, type Response } from 'express';
import { z } from 'zod';
import { createBase, VIEWS } from '../../hello-ip/web/base.ts';
import { openStream } from '../../hello-ip/web/streams.ts';
import type { Desk, Press } from './desk.ts';
import { type Doorkeeper, newDigits, type Place } from './doorkeeper.ts';
import { SWITCHES, type SwitchName } from './switches.ts';
import type { DeskView } from './view.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const HEADER = 'x-backstage';
const COOKIE = /(?:^|; )backstage=([\w-]{22})(?:;|$)/;
const TICKS_MS = 1000;

const name = z.string().max(40);
const seq = z.number().int();
const pressSchema: z.ZodType<Press> = z.discriminatedUnion('do', [
  z.object({ do: z.enum(['next', 'back', 'skip', 'repeat']), seq, drill: name.optional() }).strict(),
  z.object({ do: z.literal('go'), seq, drill: name }).strict(),
]);
const switchSchema = z.object({ name: z.enum(SWITCHES), to: z.enum(['whole', 'broken']) }).strict();
const deckSchema = z.object({ key: z.string().max(100), drill: name }).strict();
const digitsSchema = z.object({ digits: z.string().max(10) }).strict();
const pairSchema = z.object({ code: z.string().max(100) }).strict();

/** What the page is for. */
export interface BackstageOptions {
  /** "http://127.0.0.1:8004": the one address by which this listener may be called. */
  origin: string;
  place: Place;
  doorkeeper: Doorkeeper;
  desk: Desk;
  view(): DeskView;
  /** Tells the listener whenever the view has changed. */
  follow(listener: () => void): () => void;
  /** Asks in the terminal whether the phone shows these digits. */
  confirm(digits: string): Promise<boolean>;
  /** Switches it. @throws a user error if it cannot be done */
  flip(name: SwitchName, to: 'whole' | 'broken'): Promise<void>;
}

/** One listener's app. */
export function createBackstage(options: BackstageOptions): Express {
  const { origin, place, doorkeeper, desk, view, follow, confirm, flip } = options;
  const app = createBase({
    guard: onlyAs(origin),
    views: [here('./views'), VIEWS],
    files: [here('./public')],
  });

  app.get('/', (request, response) => {
    if (placeOf(request) !== place) return response.status(401).render('locked', { place });
    response.render('backstage', view());
  });

  const orders = [fromOurPage(origin), express.json({ limit: '1kb', type: 'application/json' })];

  app.post('/pair', ...orders, async (request, response) => {
    const parsed = pairSchema.safeParse(request.body);
    const verdict = doorkeeper.judge(parsed.success ? parsed.data.code : '');
    if (verdict === 'silent') return request.socket.destroy();
    if (verdict === 'wrong')
      return refuse(
        response,
        401,
        'That code is used up or too old. Press Enter in the terminal for another.',
      );
    if (place === 'screen') return letIn(response);
    const digits = newDigits();
    // The phone has to show them while the terminal asks: the answer comes in two parts.
    response.writeHead(200, { 'content-type': 'text/plain' });
    response.write(`${digits}\n`);
    const isRight = await confirm(digits);
    response.end(isRight ? `${promise(digits)}\n` : 'no\n');
  });

  /** After the digits: the cookie, for whoever was told the ticket. */
  app.post('/enter', ...orders, (request, response) => {
    const { ticket } = (request.body ?? {}) as { ticket?: unknown };
    const isPromised = typeof ticket === 'string' && tickets.delete(ticket);
    if (!isPromised)
      return refuse(response, 401, 'That was not promised. Scan the code of the terminal again.');
    letIn(response);
  });

  // For the server of the slides, which is on this machine too.
  if (place === 'screen') {
    app.post('/deck/allow', ...orders, (request, response) => {
      const parsed = digitsSchema.safeParse(request.body);
      const allowed = doorkeeper.allowDeck(parsed.success ? parsed.data.digits : '');
      if (allowed === 'silent') return request.socket.destroy();
      if (typeof allowed === 'string')
        return refuse(
          response,
          401,
          'Those are not the digits. Press "Allow the deck" backstage, and k again here.',
        );
      response.json(allowed);
    });
    app.post('/deck/next', ...orders, (request, response) => {
      const parsed = deckSchema.safeParse(request.body);
      if (!parsed.success || !doorkeeper.isDeck(parsed.data.key))
        return refuse(
          response,
          401,
          'This browser is not allowed. Press "Allow the deck" backstage, and k again here.',
        );
      const { seq } = desk.state();
      response.json({ counts: desk.press({ do: 'next', seq, drill: parsed.data.drill }) });
    });
  }

  app.use((request, response, next) => {
    if (placeOf(request) === place) return next();
    refuse(response, 401, 'Backstage is for the presenter. Open the address that npm run backstage prints.');
  });

  app.get('/events', (request, response) => {
    const show = openStream(request, response);
    const render = () => {
      if (placeOf(request) !== place) return response.end();
      app.render('desk', view(), (error: Error | null, html: string) => {
        if (error) response.destroy(error);
        else show(html, false);
      });
    };
    render();
    const unfollow = follow(render);
    const ticks = setInterval(render, TICKS_MS);
    response.on('close', () => {
      clearInterval(ticks);
      unfollow();
    });
  });

  app.post('/press', ...orders, (request, response) => {
    const parsed = pressSchema.safeParse(request.body);
    if (!parsed.success) return refuse(response, 400, 'That is no button. Load the page again.');
    response.json({ counts: desk.press(parsed.data) });
  });

  app.post('/deck/digits', ...orders, (_request, response) => {
    response.json({ says: `Press k in the slides, and type ${doorkeeper.newDeckDigits()} there.` });
  });

  app.post('/clock', ...orders, (_request, response) => {
    desk.startClock();
    response.json({ counts: true });
  });

  app.post('/switch', ...orders, async (request, response) => {
    const parsed = switchSchema.safeParse(request.body);
    if (!parsed.success) return refuse(response, 400, 'That is no switch. Load the page again.');
    try {
      await flip(parsed.data.name, parsed.data.to);
      response.json({ counts: true });
    } catch (error) {
      refuse(response, 409, (error as Error).message);
    }
  });

  app.use((_request, response) => refuse(response, 404, 'There is no such page. Backstage is at /.'));
  app.use(((error, _request, response, _next) => {
    if (response.headersSent) return response.destroy();
    refuse(response, error.status === 413 ? 413 : 400, 'That could not be read. Load the page again.');
  }) as express.ErrorRequestHandler);
  return app;

  function placeOf(request: Request): Place | undefined {
    return doorkeeper.placeOf(COOKIE.exec(request.headers.cookie ?? '')?.[1]);
  }

  function letIn(response: Response): void {
    const secure = origin.startsWith('https:');
    response.cookie('backstage', doorkeeper.letIn(place), { httpOnly: true, sameSite: 'strict', secure });
    response.json({ counts: true });
  }
}

/** Good for one cookie, and for as long as a phone takes to ask for it. */
const tickets = new Set<string>();
const TICKET_LASTS_MS = 10_000;

function promise(digits: string): string {
  const ticket = `${digits}-${crypto.randomUUID()}`;
  tickets.add(ticket);
  void delay(TICKET_LASTS_MS, undefined, { ref: false }).then(() => tickets.delete(ticket));
  return ticket;
}

/** A foreign Host is a foreign site whose name was made to point here (DNS rebinding). */
function onlyAs(origin: string): RequestHandler {
  return (request, response, next) => {
    if (request.headers.host === new URL(origin).host) return next();
    refuse(response, 421, `Backstage answers as ${origin} only.`);
  };
}

/** No other page can send JSON with our header here: its browser would ask first, and nobody says yes. */
function fromOurPage(ours: string): RequestHandler {
  return (request, response, next) => {
    const { origin } = request.headers;
    const isJson = request.is('application/json') === 'application/json';
    if (origin === ours && isJson && request.get(HEADER) === '1') return next();
    refuse(response, 403, 'Backstage takes orders from its own page only.');
  };
}

function refuse(response: Response, status: number, sentence: string): void {
  response.status(status).type('text').send(`${sentence}\n`);
}
