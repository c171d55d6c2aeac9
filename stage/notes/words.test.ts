// What can be said to npm run drill and npm run rehearse.
import { describe, expect, it } from 'vitest';
import { listDrills } from './pages.ts';
import { readDrillOrder, readRehearsalOrder } from './words.ts';

const drills = listDrills();
const named = (name: string) => drills.find((drill) => drill.name === name);

describe('npm run drill', () => {
  it.each([
    [[], {}],
    [['3'], { drill: named('worker-kill') }],
    [['worker-kill'], { drill: named('worker-kill') }],
    [['hands-free'], { handsFreeSeconds: 20 }],
    [['hands-free', '5'], { handsFreeSeconds: 5 }],
  ])('%j', (words, order) => {
    expect(readDrillOrder(words, drills)).toEqual(order);
  });

  it.each([
    [['worker-kil'], /"worker-kil" is no drill. Did you mean: npm run drill worker-kill/],
    [['8'], /"8" is no drill/],
    [['worker-kill', 'bug'], /One drill at a time. Run: npm run drill worker-kill/],
    [['hands-free', 'fast'], /"fast" is not a number of seconds/],
    [['hands-free', '0'], /"0" is not a number of seconds/],
    [['hands-free', '5', '6'], /"5 6" is not a number of seconds/],
  ])('refuses %j', (words, why) => {
    expect(() => readDrillOrder(words, drills)).toThrow(why);
  });
});

describe('npm run rehearse', () => {
  it('takes all drills, or those that are named, in that order', () => {
    expect(readRehearsalOrder([], drills)).toEqual(drills);
    expect(readRehearsalOrder(['worker-kill,', '3'], drills)).toEqual([
      named('worker-kill'),
      named('worker-kill'),
    ]);
  });

  it('names the nearest where there is none', () => {
    expect(() => readRehearsalOrder(['bugs'], drills)).toThrow(/npm run rehearse bug$/m);
  });
});
