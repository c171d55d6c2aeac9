// A port setting is either a port or refused with a clear message.
import { expect, it } from 'vitest';
import { readPort } from './settings.ts';

it.each([
  [undefined, 8000],
  ['', 8000],
  [' 8010 ', 8010],
  ['65535', 65535],
])('%j is port %d', (text, port) => {
  expect(readPort('APP_PORT', 8000, { APP_PORT: text })).toBe(port);
});

it.each(['abc', '0', '65536', '-1', '80.5', '8000 8001'])('%j is refused, with the fix', (text) => {
  expect(() => readPort('APP_PORT', 8000, { APP_PORT: text })).toThrow(
    `APP_PORT is "${text}", which is not a port. Set it to a whole number from 1 to 65535, or unset it for 8000.`,
  );
});
