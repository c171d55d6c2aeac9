// The grammar of `npm start`, and its answers to words it does not know.
import { describe, expect, it } from 'vitest';
import { nearest } from '../nearest.ts';
import { readStartOrder } from './start-args.ts';

describe('readStartOrder', () => {
  it('leaves the mode open and nothing out unless asked to', () => {
    expect(readStartOrder([])).toEqual({ without: new Set() });
  });

  it('reads several processes, separated the way people do', () => {
    const order = readStartOrder(['venue', 'without', 'worker,', 'app', 'and', 'server']);
    expect(order).toEqual({ mode: 'venue', without: new Set(['worker', 'app', 'server']) });
  });

  it('reads on after a list', () => {
    expect(readStartOrder(['without', 'worker', 'online'])).toEqual({
      mode: 'online',
      without: new Set(['worker']),
    });
  });

  it('starts no server of its own with a profile', () => {
    expect(readStartOrder(['profile', 'cloud'])).toEqual({ profile: 'cloud', without: new Set(['server']) });
  });

  it('opens the room, and brings up backstage', () => {
    expect(readStartOrder(['venue', 'room', 'backstage'])).toEqual({
      ...{ mode: 'venue', room: true, backstage: true },
      without: new Set(),
    });
  });

  it.each([
    [['rooom'], 'Did you mean "room"?'],
    [['room', 'without', 'app'], 'Leave out "room", or the other words.'],
    [['profile', 'cloud', 'room'], 'Leave out "room", or the other words.'],
    [['backstage', 'profile', 'cloud'], 'Leave out one of the two words.'],
    [['venu'], 'Did you mean "venue"?'],
    [['--online'], 'Did you mean "online"?'],
    [['without', 'wroker'], 'Did you mean "worker"?'],
    [['without', 'worker', 'venu'], 'Did you mean "venue"?'],
    [['without'], '"without" needs the name of a process: server, network, worker, app.'],
    [['without', 'venue'], '"without" needs'],
    [['profile'], '"profile" needs the name'],
    [['venue', 'online'], 'Choose one of the two words.'],
    [['venue', 'without', 'network'], 'Leave out one of the two words.'],
    [['without', 'server', 'network', 'worker', 'app'], 'Nothing is left to start.'],
  ])('refuses %j in one line', (words, message) => {
    expect(() => readStartOrder(words)).toThrow(message);
    expect(() => readStartOrder(words)).not.toThrow('\n');
  });
});

describe('nearest', () => {
  it.each([
    ['serve', 'server'],
    ['netwrok', 'network'],
    ['APP', 'app'],
    ['', 'app'],
  ])('takes "%s" for %s', (word, meant) => {
    expect(nearest(word, ['server', 'network', 'worker', 'app'])).toBe(meant);
  });
});
