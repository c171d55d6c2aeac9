// What may be typed into the form, and what the form says about everything else.
import { describe, expect, it } from 'vitest';
import { readForm, workflowIdFor } from './form.ts';

const form = (fields: Record<string, string | string[] | undefined>) =>
  readForm(
    new URLSearchParams(
      Object.entries(fields).flatMap(([name, value]) => [value ?? []].flat().map((text) => [name, text])),
    ),
  );

describe('a name', () => {
  it.each([
    ['Ziggy', 'Ziggy'],
    ['  Ziggy  ', 'Ziggy'],
    ['<script>alert(1)</script>', '<script>alert(1)</script>'],
    ['👩‍🚀', '👩‍🚀'],
    ['زيجي', 'زيجي'],
    ['می‌خواهم', 'می‌خواهم'],
    ['x'.repeat(100), 'x'.repeat(100)],
    ['😀'.repeat(100), '😀'.repeat(100)],
  ])('%j is welcome', (typed, name) => {
    expect(form({ name: typed }).greeting).toEqual({ name, seconds: 0 });
  });

  it.each([
    ['', 'Enter your name.'],
    [' \t ', 'Enter your name.'],
    ['x'.repeat(101), 'Enter a name of at most 100 characters.'],
    ['a\0b', 'Enter a name without control characters or other invalid ones.'],
    ['a\uFFFDb', 'Enter a name without control characters or other invalid ones.'],
    ['Hello\u2028data: y', 'Enter a name without control characters or other invalid ones.'],
    ['\u202Eyggiz', 'Enter a name without control characters or other invalid ones.'],
    ['\uFFFF', 'Enter a name without control characters or other invalid ones.'],
    ['\u200B', 'Enter a name that can be seen.'],
    ['\u3164', 'Enter a name that can be seen.'],
    [undefined, 'Enter one name.'],
    [['a', 'b'], 'Enter one name.'],
  ])('%j is answered in the form', (typed, error) => {
    const { form: shown, greeting } = form({ name: typed, seconds: '3' });
    expect(greeting).toBeUndefined();
    expect(shown).toMatchObject({ errors: { name: error }, seconds: '3' });
    if (typeof typed === 'string') expect(shown.name).toBe(typed);
  });
});

describe('the seconds', () => {
  it.each([
    [undefined, 0],
    ['', 0],
    [' ', 0],
    ['0', 0],
    [' 10 ', 10],
    ['3600', 3600],
  ])('%j are %d', (typed, seconds) => {
    expect(form({ name: 'Ziggy', seconds: typed }).greeting?.seconds).toBe(seconds);
  });

  it.each(['-1', '1.5', '3601', '1e9', '1000000000', 'abc', '0x10', '٣'])(
    '%j are refused and kept',
    (typed) => {
      const { form: shown, greeting } = form({ name: 'Ziggy', seconds: typed });
      expect(greeting).toBeUndefined();
      expect(shown).toMatchObject({ name: 'Ziggy', seconds: typed });
      expect(shown.errors.seconds).toBe('Enter a whole number from 0 to 3600.');
    },
  );

  it('sent twice are one too many', () => {
    expect(form({ name: 'Ziggy', seconds: ['1', '2'] }).form.errors.seconds).toBe(
      'Enter one number of seconds.',
    );
  });
});

it.each(['seconds[]', 'Seconds', 'sleep', '__proto__'])(
  'a field "%s" is answered in the form, and what was typed stays',
  (name) => {
    const { form: shown, greeting } = readForm(
      new URLSearchParams({ name: 'Ziggy', seconds: '2', [name]: '3' }),
    );
    expect(greeting).toBeUndefined();
    expect(shown).toMatchObject({ name: 'Ziggy', seconds: '2' });
    expect(shown.errors.form).toBe('This form was sent with a field that it does not have. Fill it in here.');
  },
);

describe('the Workflow Id', () => {
  const token = '0123456789abcdef';

  it.each([
    ['Ziggy', /^greeting-ziggy-[0-9a-z]{6}$/],
    ['Zoë van der Berg', /^greeting-zoe-van-der-berg-[0-9a-z]{6}$/],
    ['../../etc/passwd', /^greeting-etc-passwd-[0-9a-z]{6}$/],
    ['😀', /^greeting-you-[0-9a-z]{6}$/],
  ])('for %j can be read out', (name, expected) => {
    expect(workflowIdFor({ name, seconds: 0 }, token)).toMatch(expected);
  });

  it('is the same for the same form, and different for another name, sleep or form', () => {
    const id = workflowIdFor({ name: 'Ziggy', seconds: 3 }, token);
    expect(workflowIdFor({ name: 'Ziggy', seconds: 3 }, token)).toBe(id);
    expect(workflowIdFor({ name: 'Iggy', seconds: 3 }, token)).not.toBe(id);
    expect(workflowIdFor({ name: 'Ziggy', seconds: 4 }, token)).not.toBe(id);
    expect(workflowIdFor({ name: 'Ziggy', seconds: 3 }, 'fedcba9876543210')).not.toBe(id);
  });
});
