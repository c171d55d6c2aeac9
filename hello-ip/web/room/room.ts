// The room: everybody's greetings on a wall, and a door for their phones.
import type { Client } from '@temporalio/client';
import type { ErrorRequestHandler, Express, Router } from 'express';
import { createBase } from '../base.ts';
import { refuseForeignHosts } from '../guards.ts';
import type { Reader } from '../reader.ts';
import { faultReader } from '../timeline/faults.ts';
import { keepDoor } from './door.ts';
import { createJoin } from './join.ts';
import { createLimits } from './limits.ts';
import { createPhones } from './phones.ts';
import { createRoster } from './roster.ts';
import { roomFile } from './state.ts';
import { createWall } from './wall.ts';

/** What the room needs of the app that it belongs to. */
export interface RoomOptions {
  client: Client;
  reader: Reader;
  publicNames: string[];
  notice?: string;
  /** The port for phones, which is the app's; without it there is no door. */
  port?: number;
}

/** Its routes for the app on this machine. Opens its own door, which has no other routes than a phone's. */
export function createRoom({ client, reader, publicNames, notice, port }: RoomOptions): Router[] {
  const room = roomFile();
  const roster = createRoster(client, () => room.read().since);
  const phones = createPhones(reader, roster);
  const readFaults = faultReader();
  const shared = { room, roster, readFaults };
  const join = createJoin({ ...shared, client, phones, limits: createLimits(), publicNames });

  function appFor(address: string): Express {
    const app = createBase({ guard: refuseForeignHosts(address, []) });
    app.locals.notice = notice;
    app.get('/', (_request, response) => response.redirect('/join'));
    app.use(join);
    app.use((_request, response) => {
      response.status(404).render('phone-message', {
        headline: 'There is no such page',
        line: 'Greet again: your name goes up on the wall.',
      });
    });
    app.use(answerErrors);
    return app;
  }

  const door = port === undefined ? () => undefined : keepDoor({ room, port, appFor, print: console.log });
  return [join, createWall({ ...shared, door, publicNames })];
}

const answerErrors: ErrorRequestHandler = (error, _request, response, _next) => {
  if (response.headersSent) return response.destroy();
  const isTheirs = error.status >= 400 && error.status < 500;
  if (!isTheirs) console.error('Room error:', error);
  response.status(isTheirs ? error.status : 500).render('phone-message', {
    headline: isTheirs ? 'That could not be read' : 'Something went wrong in the app',
    line: 'Greet again: nothing is lost.',
  });
};
