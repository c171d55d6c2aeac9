// The wall on the projector: everybody's greeting, live, and the presenter's buttons to hide a name.
import express, { type Express, Router } from 'express';
import { refuseForeignPages } from '../guards.ts';
import { nameBrowser, openStream } from '../streams.ts';
import type { Fault } from '../timeline/faults.ts';
import { addSight, noSightings } from '../timeline/sightings.ts';
import { FRESH_MS } from '../workers.ts';
import type { Door } from './addresses.ts';
import { nameMask } from './names.ts';
import type { Roster, Sight } from './roster.ts';
import type { RoomFile } from './state.ts';
import { type WallView, wallView } from './wall-view.ts';

const MOST_HIDDEN = 1000;

/** What the wall shows. */
export interface WallOptions {
  room: RoomFile;
  roster: Roster;
  readFaults(): Fault[];
  /** Where phones join, while they can. */
  door(): Door | undefined;
  publicNames: string[];
}

/** The routes of the wall, for this machine only. */
export function createWall({ room, roster, readFaults, door, publicNames }: WallOptions): Router {
  const router = Router();
  const seen = noSightings();
  const viewers = new Set<(html: string) => void>();
  let unfollow = () => {};

  async function viewOf(sight: Sight): Promise<WallView> {
    const { at, workers, awaySince } = sight;
    if (at > 0) addSight(seen, { at, workers, awaySince }, FRESH_MS);
    return wallView({
      sight,
      room: room.read(),
      door: door(),
      faults: readFaults(),
      seen,
      mask: await nameMask(),
    });
  }

  /** Drawn once for all who look. */
  async function show(app: Express, sight: Sight): Promise<void> {
    const view = await viewOf(sight);
    app.render('wall-progress', view, (error: Error | null, html: string) => {
      if (error) console.error('The wall cannot be drawn:', error);
      else for (const viewer of viewers) viewer(html);
    });
  }

  router.get('/wall', async (request, response) => {
    nameBrowser(request, response);
    response.render('wall', await viewOf(await roster.look()));
  });

  router.get('/wall/events', (request, response) => {
    const send = openStream(request, response);
    const viewer = (html: string) => send(html, false);
    viewers.add(viewer);
    if (viewers.size === 1) unfollow = roster.follow((sight) => void show(request.app as Express, sight));
    response.on('close', () => {
      viewers.delete(viewer);
      if (viewers.size === 0) unfollow();
    });
  });

  router.post(
    '/wall',
    refuseForeignPages(publicNames),
    express.urlencoded({ extended: false, limit: '2kb' }),
    (request, response) => {
      const { hide, names } = (request.body ?? {}) as Record<string, unknown>;
      const { hidden } = room.read();
      if (typeof hide === 'string') room.change({ hidden: [...hidden, hide].slice(-MOST_HIDDEN) });
      if (names === 'hide' || names === 'show') room.change({ namesHidden: names === 'hide' });
      response.redirect(303, '/wall');
    },
  );

  return router;
}
