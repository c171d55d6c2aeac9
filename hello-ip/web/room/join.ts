// The way in for everybody in the room: a name on a phone, and that phone's own greeting; nothing else.
import { randomBytes } from 'node:crypto';
import type { Client } from '@temporalio/client';
import express, { type Request, type Response, Router } from 'express';
import pLimit from 'p-limit';
import { startGreeting } from '../../client.ts';
import { troubleLog } from '../../support/service-error.ts';
import { FORM_TYPE } from '../form.ts';
import { refuseForeignPages } from '../guards.ts';
import { notStarted } from '../not-started.ts';
import { nameBrowser, openStream } from '../streams.ts';
import type { Fault } from '../timeline/faults.ts';
import { guestId, isGuestId } from './ids.ts';
import { type Limits, MOST_IN_FLIGHT, type Refusal } from './limits.ts';
import { roomName } from './names.ts';
import { type PhoneView, phoneView } from './phone-view.ts';
import type { Phones } from './phones.ts';
import { countGuests, type Roster } from './roster.ts';
import type { RoomFile } from './state.ts';

const COOKIE = 'phone';
/** Without this memory a double tap is refused for coming too soon; it still starts nothing twice. */
const MOST_REMEMBERED = 5000;
/** A room that presses at once waits a moment; all at the same time, a Temporal Service on a laptop would refuse some. */
const STARTS_AT_ONCE = 8;
const REFUSED: Record<Refusal, [status: number, words: string]> = {
  'too soon': [429, 'You have just been greeted. Press Get Greeting again in 3 seconds.'],
  'too many': [429, 'Very many of you are joining. Press Get Greeting again in a moment.'],
  full: [
    503,
    `The room is full: ${MOST_IN_FLIGHT} greetings are in flight. Press Get Greeting again in a moment.`,
  ],
};

/** What the way in leads to. */
export interface JoinOptions {
  client: Client;
  room: RoomFile;
  roster: Roster;
  phones: Phones;
  limits: Limits;
  readFaults(): Fault[];
  publicNames: string[];
}

/** The routes of a phone. */
export function createJoin({
  client,
  room,
  roster,
  phones,
  limits,
  readFaults,
  publicNames,
}: JoinOptions): Router {
  const router = Router();
  const noteTrouble = troubleLog();
  const inTurn = pLimit(STARTS_AT_ONCE);
  /** Sent again, by a double tap or by a phone that did not hear the answer, a form counts once. */
  const admitted = new Map<string, Promise<Refusal | undefined>>();

  router.get('/join', (request, response) => {
    if (!room.read().open) return showClosed(response);
    namePhone(request, response);
    showForm(response, 200, { name: '', token: newToken() });
  });

  router.post(
    '/join',
    refuseForeignPages(publicNames),
    express.text({ type: FORM_TYPE, limit: '2kb' }),
    async (request, response) => {
      const { open, seconds } = room.read();
      if (!open) return showClosed(response);
      const fields = new URLSearchParams(typeof request.body === 'string' ? request.body : '');
      const form = { name: (fields.get('name') ?? '').slice(0, 100), token: tokenIn(fields) };
      const phone = phoneOf(request);
      if (!limits.isPhone(phone)) {
        namePhone(request, response);
        return showForm(
          response,
          403,
          form,
          'Your phone sent no cookie. Allow cookies, and press Get Greeting again.',
        );
      }
      const name = roomName.safeParse(fields.get('name') ?? undefined);
      if (!name.success) return showForm(response, 422, form, name.error.issues[0]?.message);
      const greeting = { name: name.data, seconds };
      const id = guestId(greeting, form.token);
      const refusal = await admit(id, phone, request.ip ?? '');
      if (refusal) return showForm(response, REFUSED[refusal][0], form, REFUSED[refusal][1]);
      try {
        await inTurn(() => startGreeting(client, id, greeting));
        noteTrouble();
      } catch (error) {
        const { status, words } = notStarted(error, noteTrouble);
        return showForm(response, status, form, words);
      }
      response.redirect(303, `/join/${id}`);
    },
  );

  router.get('/join/:id', async (request, response) => {
    const { id } = request.params;
    if (!isGuestId(id)) return showMissing(response);
    const { snapshot, sight } = await phones.look(id);
    if (!snapshot.found) return showMissing(response);
    nameBrowser(request, response);
    response.render('phone', { id, ...phoneView(snapshot, sight, readFaults()) });
  });

  router.get('/join/:id/events', (request, response) => {
    const { id } = request.params;
    if (!isGuestId(id)) return showMissing(response);
    const show = openStream(request, response);
    const unfollow = phones.follow(id, (snapshot, sight) => {
      const view: PhoneView = phoneView(snapshot, sight, readFaults());
      if (view.page.final || response.writableEnded) unfollow();
      response.app.render('phone-progress', view, (error: Error | null, html: string) => {
        if (error) response.destroy(error);
        else show(html, view.page.final);
      });
    });
    response.on('close', unfollow);
  });

  return router;

  function admit(id: string, phone: string, address: string): Promise<Refusal | undefined> {
    const known = admitted.get(id);
    if (known) return known;
    if (admitted.size > MOST_REMEMBERED) admitted.clear();
    const refusal = roster.look().then(({ guests }) => {
      const said = limits.refuse(phone, address, countGuests(guests).inFlight);
      if (said) admitted.delete(id);
      return said;
    });
    admitted.set(id, refusal);
    return refusal;
  }

  function namePhone(request: Request, response: Response): void {
    if (limits.isPhone(phoneOf(request))) return;
    response.cookie(COOKIE, limits.newPhone(), { httpOnly: true, sameSite: 'strict' });
  }
}

function newToken(): string {
  return randomBytes(16).toString('hex');
}

function tokenIn(fields: URLSearchParams): string {
  const token = fields.get('token') ?? '';
  return /^[0-9a-f]{32}$/.test(token) ? token : newToken();
}

function phoneOf({ headers }: Request): string | undefined {
  return headers.cookie?.match(/(?:^|; )phone=([0-9a-f.]{65})(?:;|$)/)?.[1];
}

function showForm(
  response: Response,
  status: number,
  form: { name: string; token: string },
  error?: string,
): void {
  response.status(status).render('join', { form, error });
}

function showClosed(response: Response): void {
  response.status(403).render('phone-message', {
    headline: 'The room is not open',
    line: 'The presenter opens it. Then load this page again.',
  });
}

function showMissing(response: Response): void {
  response.status(404).render('phone-message', {
    headline: 'There is no such greeting',
    line: 'Greet again: your name goes up on the wall.',
  });
}
