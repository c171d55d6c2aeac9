// break and fix insist on the one word that they know before they change anything.
import { expect, it } from 'vitest';
import { isBroken } from '../bug/bug.ts';
import { verb as breakVerb } from './break.ts';
import { verb as fixVerb } from './fix.ts';

it.each([[[]], [['geolocaton']], [['geolocation', 'please']]])('wants one word, not %j', async (words) => {
  const before = isBroken();
  await expect(breakVerb.run(words, () => {})).rejects.toThrow('Run: npm run stage break geolocation');
  await expect(fixVerb.run(words, () => {})).rejects.toThrow('Run: npm run stage fix geolocation');
  expect(isBroken()).toBe(before);
});
