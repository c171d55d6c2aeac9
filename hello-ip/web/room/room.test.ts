// The room without a Temporal Service: who may come in, how often, by which address, under which name, and what the wall says.
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Snapshot } from '../reader.ts';
import { addressesForOthers, usualAddress } from './addresses.ts';
import { guestId, inventedId, isGuestId, isInvented } from './ids.ts';
import { createLimits, MOST_IN_FLIGHT } from './limits.ts';
import { nameMask, roomName } from './names.ts';
import { phoneView } from './phone-view.ts';
import { createPhones } from './phones.ts';
import type { Guest, Roster, Sight } from './roster.ts';
import { CLOSED, roomFile } from './state.ts';
import { drawWall, inFlightAt } from './wall-timeline.ts';
import { wallView } from './wall-view.ts';

const NOW = Date.parse('2026-11-29T19:31:14Z');
const OPEN = { ...CLOSED, open: true };

function guest(id: string, more: Partial<Guest> = {}): Guest {
  const base = { runId: '', name: id, seconds: 10, status: 'RUNNING' as const, isInvented: false };
  return { id, ...base, startedAt: NOW - 30_000, ...more };
}

function guests(count: number, more: Partial<Guest> = {}): Guest[] {
  return Array.from({ length: count }, (_, index) => guest(`guest ${index}`, more));
}

function viewOf(sight: Partial<Sight>, more: Partial<Parameters<typeof wallView>[0]> = {}) {
  const seen = { noWorker: [], serviceAway: [] };
  const facts = {
    sight: { at: NOW, guests: [], ...sight },
    room: OPEN,
    faults: [],
    seen,
    mask: (name: string) => name,
  };
  return wallView({ ...facts, ...more }, NOW);
}

describe('the addresses', () => {
  const v4 = (address: string, internal = false) => [{ address, family: 'IPv4' as const, internal }];
  const cards = {
    lo: v4('127.0.0.1', true),
    docker0: v4('172.17.0.1'),
    eth0: v4('10.0.0.5'),
    wlan0: [...v4('192.168.7.20'), { address: 'fe80::1', family: 'IPv6' as const, internal: false }],
    eth1: v4('169.254.3.4'),
    utun3: v4('10.8.0.2'),
  };
  const shown = (usual?: string) => addressesForOthers(usual, cards).map(({ address }) => address);

  it('are Wi-Fi, then cables, then what is virtual; never loopback, link-local, or IPv6', () => {
    expect(shown()).toEqual(['192.168.7.20', '10.0.0.5', '172.17.0.1', '10.8.0.2']);
  });

  it('begin with the one that leads everywhere, unless that is a tunnel', () => {
    expect(shown('10.0.0.5')[0]).toBe('10.0.0.5');
    expect(shown('10.8.0.2')[0]).toBe('192.168.7.20');
  });

  it('ask the system which one that is, and live without an answer', async () => {
    const usual = await usualAddress();
    expect(
      usual === undefined ||
        addressesForOthers(usual).some(({ address }) => address === usual) ||
        usual === '127.0.0.1',
    ).toBe(true);
  });
});

describe('a name', () => {
  it.each([
    ['  Ada  ', 'Ada'],
    ['Zoë', 'Zoë'],
    ['Мария', 'Мария'],
    ['J.R.R. Tolkien', 'J.R.R. Tolkien'],
    ['O’Brien', 'O’Brien'],
    ['Ada   Lovelace', 'Ada Lovelace'],
  ])('%j is taken as %j', (typed, name) => {
    expect(roomName.parse(typed)).toBe(name);
  });

  it.each([
    '',
    '   ',
    'x'.repeat(25),
    'example.org',
    'http://x',
    '<b>Ada',
    'Ada\nBob',
    '\u202eadA',
    'a@b',
    '\u200b',
  ])('%j is refused', (typed) => {
    expect(roomName.safeParse(typed).success).toBe(false);
  });

  it('is masked if nobody wants it on a projector, in more languages than English, and real names are not', async () => {
    const mask = await nameMask();
    for (const word of ['fuck you', 'Arschloch', 'puta', 'merde', 'блядь', 'Hitler'])
      expect(mask(word)).toBe('•••');
    for (const name of ['Dick van Dyke', 'Fanny', 'Mona', 'Wang', 'Cassandra', 'Sofia', 'Mei'])
      expect(mask(name)).toBe(name);
  });
});

describe('the limits', () => {
  const limits = createLimits();
  const phone = limits.newPhone();

  it('know their own phones only', () => {
    expect(limits.isPhone(phone)).toBe(true);
    expect(createLimits().isPhone(phone)).toBe(false);
    for (const forged of [undefined, '', 'x', `${'0'.repeat(32)}.${'0'.repeat(32)}`])
      expect(limits.isPhone(forged)).toBe(false);
  });

  it('let a phone greet once in three seconds', () => {
    expect(limits.refuse(phone, 'a', 0, 10_000)).toBeUndefined();
    expect(limits.refuse(phone, 'a', 0, 12_900)).toBe('too soon');
    expect(limits.refuse(phone, 'a', 0, 13_000)).toBeUndefined();
  });

  it('let two hundred phones behind one address greet at once, and not thousands', () => {
    const room = createLimits();
    const outcomes = Array.from({ length: 400 }, () => room.refuse(room.newPhone(), '192.168.7.1', 0, 1000));
    expect(outcomes.slice(0, 300).every((outcome) => outcome === undefined)).toBe(true);
    expect(outcomes.at(-1)).toBe('too many');
    expect(room.refuse(room.newPhone(), '192.168.7.1', 0, 2000)).toBeUndefined();
    expect(room.refuse(room.newPhone(), '192.168.7.2', 0, 1000)).toBeUndefined();
  });

  it('say when the room is full', () => {
    expect(limits.refuse(limits.newPhone(), 'b', MOST_IN_FLIGHT, 1000)).toBe('full');
  });
});

describe('the ids', () => {
  const greeting = { name: 'Ádám Bob', seconds: 10 };

  it('can be read, and not be guessed; the same form has the same', () => {
    expect(guestId(greeting, 'token')).toMatch(/^room-adam-bob-[0-9a-f]{20}$/);
    expect(guestId(greeting, 'token')).toBe(guestId(greeting, 'token'));
    expect(guestId(greeting, 'token')).not.toBe(guestId(greeting, 'another'));
  });

  it('tell phones from what was invented', () => {
    expect([isGuestId(guestId(greeting, 't')), isInvented(guestId(greeting, 't'))]).toEqual([true, false]);
    expect([isGuestId(inventedId(greeting, 't')), isInvented(inventedId(greeting, 't'))]).toEqual([
      false,
      true,
    ]);
  });
});

describe("the room's file", () => {
  const folder = mkdtempSync(join(tmpdir(), 'room '));
  const path = join(folder, 'room.json');
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is closed without a file, and changed for every reader; only its owner can read it', () => {
    const [one, other] = [roomFile(path), roomFile(path)];
    expect(one.read()).toEqual(CLOSED);
    other.change({ open: true, seconds: 30 });
    expect(one.read()).toMatchObject({ open: true, seconds: 30, masked: true });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['room.json']);
  });

  it('is closed when it was spoilt', () => {
    writeFileSync(path, '{"open": "perhaps"');
    expect(roomFile(path).read()).toEqual(CLOSED);
  });

  it('is nothing where there is none, as with npm run app', () => {
    const none = roomFile('');
    expect(none.change({ open: true })).toEqual(CLOSED);
    expect(existsSync('')).toBe(false);
  });
});

describe('the wall', () => {
  it.each([
    [{}, 'waiting', 'Who is here?'],
    [{ guests: guests(2), workers: 1 }, 'running', 'The Worker is at work'],
    [{ guests: guests(2), workers: 0 }, 'paused', 'No Worker is polling'],
    [{ guests: guests(2), workers: 0, awaySince: NOW }, 'away', 'Temporal Service away'],
    [
      { guests: guests(2, { status: 'COMPLETED', endedAt: NOW }), workers: 1 },
      'done',
      'Everybody is greeted',
    ],
    [{ guests: guests(1, { status: 'FAILED', endedAt: NOW }), workers: 1 }, 'failed', 'One greeting failed'],
  ] as const)('%#: its headline is %s: %s', (sight, state, words) => {
    expect(viewOf({ ...sight, guests: [...('guests' in sight ? sight.guests : [])] }).headline).toEqual({
      state,
      words,
    });
  });

  it('says that the Worker is back, for a while', () => {
    const faults = [{ at: NOW - 20_000, hit: 'worker', what: 'kill -9', over: NOW - 1000 }];
    expect(viewOf({ guests: guests(2), workers: 1 }, { faults }).headline.words).toBe('The Worker is back');
  });

  it('wonders about the network when nobody has come for a minute, and not before', () => {
    const door = { url: '', address: '', qr: '' };
    const since = (ms: number) => viewOf({}, { door, room: { ...OPEN, since: NOW - ms } }).hint;
    expect([since(59_000), since(61_000)]).toEqual(['', expect.stringContaining('hotspot')]);
    expect(viewOf({ guests: guests(1) }, { door, room: OPEN }).hint).toBe('');
  });

  it('counts greeted, in flight, and lost, and none that was ended on purpose', () => {
    const all = (['COMPLETED', 'RUNNING', 'FAILED', 'TIMED_OUT', 'TERMINATED', 'CANCELLED'] as const).map(
      (status) => guest(status, { status, endedAt: NOW }),
    );
    const { counts, tiles } = viewOf({ guests: all, workers: 1 });
    expect(counts).toEqual({ greeted: 1, inFlight: 1, lost: 2, invented: 0 });
    expect(tiles.map(({ state }) => state)).toEqual([
      'done',
      'running',
      'failed',
      'failed',
      'cancelled',
      'cancelled',
    ]);
  });

  it.each([
    [30, 'words', 30],
    [31, 'names', 31],
    [60, 'names', 60],
    [61, 'dots', 61],
    [500, 'dots', 500],
    [700, 'dots', 500],
  ])('of %i greetings shows %s, %i tiles', (count, density, tiles) => {
    const view = viewOf({ guests: guests(count) });
    expect([view.density, view.tiles.length, view.counts.inFlight]).toEqual([density, tiles, count]);
    if (density === 'dots') expect(view.newest.at(-1)).toBe(`guest ${count - 1}`);
  });

  it('hides one name, or all, and masks words unless that is off', () => {
    const two = [guest('a', { name: 'Ada' }), guest('b', { name: 'Rude' })];
    const names = (room: object) =>
      viewOf(
        { guests: two },
        { room: { ...OPEN, ...room }, mask: (name) => (name === 'Rude' ? 'x' : name) },
      ).tiles.map(({ name }) => name);
    expect(names({})).toEqual(['Ada', 'x']);
    expect(names({ masked: false })).toEqual(['Ada', 'Rude']);
    expect(names({ hidden: ['a'] })).toEqual(['•••', 'x']);
    expect(names({ namesHidden: true })).toEqual(['•••', '•••']);
  });

  it('marks each kill with the time and with how many were in flight then', () => {
    const killed = NOW - 12_000;
    const some = [
      ...guests(3),
      guest('early', { status: 'COMPLETED', endedAt: killed - 1 }),
      guest('late', { startedAt: NOW - 5 }),
    ];
    const faults = [{ at: killed, hit: 'worker', what: 'kill -9' }];
    const drawing = drawWall({
      now: NOW,
      guests: some,
      faults,
      noWorker: [{ from: killed + 2000 }],
      serviceAway: [],
    });
    expect(inFlightAt(killed, some)).toBe(3);
    expect(drawing).toContain('Worker killed, 3 in flight');
    expect(drawing).toContain('no Worker for 12 s');
    expect(drawing.match(/class="tl-gone"/g)).toHaveLength(1);
    expect(drawing).not.toContain('Service');
  });

  it('draws what nobody broke on purpose too: no Worker without a cross, and a Service that was away', () => {
    const drawing = drawWall({
      now: NOW,
      guests: [],
      faults: [],
      noWorker: [{ from: NOW - 20_000, to: NOW - 5000 }],
      serviceAway: [{ from: NOW - 30_000, to: NOW - 22_000 }],
    });
    expect(drawing).toContain('no Worker for 15 s');
    expect(drawing).toContain('Service');
    expect(drawing).not.toContain('tl-killed');
  });
});

function rosterOf(sight: Sight): Roster {
  return {
    look: async () => sight,
    follow(tell) {
      tell(sight);
      return () => {};
    },
  };
}

function readerThatNotes(looks: string[]) {
  return {
    async look(workflowId: string): Promise<Snapshot> {
      looks.push(workflowId);
      return { workflowId, found: true, back: false };
    },
  };
}

describe('a phone', () => {
  const snapshot = (more: Partial<Snapshot> = {}): Snapshot => ({
    workflowId: 'room-ada',
    found: true,
    back: false,
    ...more,
  });
  const running = {
    runId: '',
    status: 'RUNNING' as const,
    greeting: { name: 'Ada', seconds: 10 },
    getIP: { begun: true, completed: true },
    timer: { begun: true, completed: true },
    getLocationInfo: { begun: false, completed: false },
  };

  it('says that its own greeting waits, and how many others do', () => {
    const view = phoneView(snapshot({ progress: running, workers: 0 }), { at: NOW, guests: guests(38) }, []);
    expect(view.page.headline).toBe('No Worker is there. Yours waits.');
    expect(view.page.lines[0]).toBe('Ada, nothing is lost. Put the phone away if you like.');
    expect(view.others).toEqual({ waiting: '37 greetings', lost: '0 lost.' });
  });

  it('is looked at in turn: a full room costs no more looks a second than a small one', async () => {
    const looks: string[] = [];
    const reader = readerThatNotes(looks);
    const sight: Sight = { at: NOW, guests: [], workers: 1 };
    const roster = rosterOf(sight);
    const phones = createPhones(reader, roster);
    const told = new Set<string>();
    const leave = Array.from({ length: 200 }, (_, index) =>
      phones.follow(`room-${index}`, ({ workflowId }) => told.add(workflowId)),
    );
    const begun = performance.now();
    await expect.poll(() => looks.length, { timeout: 20_000 }).toBeGreaterThan(40);
    expect((looks.length / (performance.now() - begun)) * 1000).toBeLessThan(60);
    expect(told.size).toBe(200);
    for (const end of leave) end();
  });

  it('that has ended is looked at before all others', async () => {
    const looks: string[] = [];
    const reader = readerThatNotes(looks);
    const sight: Sight = { at: NOW, guests: [guest('room-19', { status: 'COMPLETED' })], workers: 1 };
    const roster = rosterOf(sight);
    const phones = createPhones(reader, roster);
    const leave = Array.from({ length: 20 }, (_, index) => phones.follow(`room-${index}`, () => {}));
    await expect.poll(() => looks[0]).toBe('room-19');
    for (const end of leave) end();
  });
});
