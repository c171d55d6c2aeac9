// APP_NAMES opens the app to public names: exactly those, and nothing that only looks like them.
import { describe, expect, it } from 'vitest';
import { isPublicName, readPublicNames } from './public-names.ts';

describe('APP_NAMES', () => {
  it.each([
    [undefined, []],
    ['', []],
    ['talkbox', ['talkbox']],
    [' Talk.Example.org , .app.github.dev,', ['talk.example.org', '.app.github.dev']],
  ])('%j is %j', (text, names) => {
    expect(readPublicNames({ APP_NAMES: text })).toEqual(names);
  });

  it.each(['https://talk.example.org', 'talk.example.org:8000', '*', '.', '.org', 'a b.org', '..org'])(
    '%j is refused',
    (text) => {
      expect(() => readPublicNames({ APP_NAMES: text })).toThrow(
        `APP_NAMES has "${text}", which is not a host name. Give names without http:// or a port`,
      );
    },
  );
});

describe('a host', () => {
  const names = ['127.0.0.1', 'talk.example.org', '.app.github.dev'];

  it.each(['127.0.0.1', 'talk.example.org', 'ziggy-8000.app.github.dev'])('%s is named', (host) => {
    expect(isPublicName(host, names)).toBe(true);
  });

  it.each([
    '',
    'example.org',
    'evil.talk.example.org',
    'talk.example.org.evil.com',
    'app.github.dev',
    'evilapp.github.dev',
    'ziggy.app.github.dev.evil.com',
  ])('%j is not', (host) => {
    expect(isPublicName(host, names)).toBe(false);
  });
});
