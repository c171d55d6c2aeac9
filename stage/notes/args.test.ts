// What npm run drill and npm run rehearse accept.
import { describe, expect, it } from 'vitest';
import { readDrillOrder, readRehearsalOrder } from './args.ts';
import { listDrills } from './pages.ts';

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
    [['worker-kil'], /"worker-kil" is not a drill. Did you mean: npm run drill worker-kill/],
    [['8'], /"8" is not a drill/],
    [['worker-kill', 'bug'], /One drill at a time. Run: npm run drill worker-kill/],
    [['hands-free', 'fast'], /"fast" is not a number of seconds/],
    [['hands-free', '0'], /"0" is not a number of seconds/],
    [['hands-free', '5', '6'], /"5 6" is not a number of seconds/],
  ])('refuses %j', (words, why) => {
    expect(() => readDrillOrder(words, drills)).toThrow(why);
  });
});

describe('npm run rehearse', () => {
  it.each([
    [[], { drills, pictures: false, wordy: false }],
    [
      ['worker-kill,', '3'],
      { drills: [named('worker-kill'), named('worker-kill')], pictures: false, wordy: false },
    ],
    [['all'], { drills, pictures: false, wordy: true }],
    [['pictures'], { drills, pictures: true, wordy: false }],
    [['pictures', 'bug'], { drills: [named('bug')], pictures: true, wordy: false }],
  ])('%j', (words, order) => {
    expect(readRehearsalOrder(words, drills)).toEqual(order);
  });

  it('suggests the nearest for one that does not exist', () => {
    expect(() => readRehearsalOrder(['bugs'], drills)).toThrow(/npm run rehearse bug$/m);
  });
});
