// What is refused before anything is started: no Temporal Service is asked.
import type { Client } from '@temporalio/client';
import { describe, expect, it } from 'vitest';
import { PATTERN_NAMES, PATTERNS, startPattern } from './client.ts';

/** Nothing can be started with it. */
const client = {} as Client;
const tenThousand = JSON.stringify(Array.from({ length: 10_000 }, (_, index) => index));

describe('refuses', () => {
  it.each([
    ['orchestrate', '[1]', '"orchestrate" is not a pattern. Name one of these: orchestration, fallback, '],
    ['toString', '[1]', '"toString" is not a pattern. '],
    ['orchestration', 'one', 'The input of orchestration is not JSON. Try: '],
    ['orchestration', '', 'The input of orchestration is not JSON. '],
    ['orchestration', '[1,NaN]', 'The input of orchestration is not JSON. '],
    [
      'orchestration',
      '"one"',
      'orchestration does not take this input: it must be a list of whole numbers. Try: ',
    ],
    ['orchestration', '["one"]', 'orchestration does not take this input: [0] must be a whole number. '],
    ['orchestration', '[1,1.5]', 'orchestration does not take this input: [1] must be a whole number. '],
    ['orchestration', '[1e400]', 'orchestration does not take this input: [0] must be a whole number. '],
    ['orchestration', '[]', 'orchestration does not take this input: it must not be empty. '],
    [
      'orchestration',
      tenThousand,
      'orchestration does not take this input: it must not have more than 1000 ',
    ],
    ['fallback', '{}', 'fallback does not take this input: currency must be text. '],
    ['fallback', 'null', 'fallback does not take this input: it must be an object. '],
    ['fallback', '{"currency":"EUR","x":1}', 'fallback does not take this input: it must not have: x. '],
    [
      'fallback',
      '{"currency":"EUR","exchange":"x"}',
      'fallback does not take this input: exchange must be one of: ',
    ],
    ['fire-and-forget', '{"name":" "}', 'fire-and-forget does not take this input: name must not be empty. '],
    [
      'fire-and-forget',
      '{"name":"a","seconds":0}',
      'fire-and-forget does not take this input: seconds must be 1 ',
    ],
    ['long-running', '{"items":0}', 'long-running does not take this input: items must be 1 at least. '],
    [
      'long-running',
      '{"items":5,"done":6}',
      'long-running does not take this input: it must not have more done ',
    ],
  ])('%s %s', async (name, json, message) => {
    await expect(startPattern(client, name, json)).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringContaining(message),
    });
  });
});

it.each(PATTERN_NAMES)('takes the example of %s', (name) => {
  const { input, example } = PATTERNS[name];
  expect(input.safeParse(JSON.parse(example)).success).toBe(true);
});
