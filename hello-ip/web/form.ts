// Reads the form: what was typed, what is wrong with it, and the Workflow Id that it leads to.
import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { GreetingInput } from '../greeting.ts';
import { isPlainText, isVisible } from '../support/plain-text.ts';
import { suffixOf } from '../support/suffix.ts';

/** What a form is sent as. */
export const FORM_TYPE = 'application/x-www-form-urlencoded';

const MAX_NAME_LENGTH = 100;
const MAX_SLEEP_SECONDS = 3600;

const name = z
  .string('Enter one name.')
  .trim()
  .min(1, 'Enter your name.')
  .refine(
    (text) => [...text].length <= MAX_NAME_LENGTH,
    `Enter a name of at most ${MAX_NAME_LENGTH} characters.`,
  )
  .refine(isPlainText, 'Enter a name without control characters or other invalid ones.')
  .refine(isVisible, 'Enter a name that can be seen.');

const seconds = z
  .string('Enter one number of seconds.')
  .trim()
  .refine(
    (text) => /^\d{0,9}$/.test(text) && Number(text) <= MAX_SLEEP_SECONDS,
    `Enter a whole number from 0 to ${MAX_SLEEP_SECONDS}.`,
  )
  .transform(Number);

const FIELDS = ['name', 'seconds', 'token'];

const schema = z.object({ name, seconds: seconds.default(0) });

/** The form as it will be shown: what was typed, and what is wrong with it. */
export interface Form {
  name: string;
  seconds: string;
  /** Distinguishes this form from every other, so that sending it twice starts one greeting. */
  token: string;
  errors: { name?: string; seconds?: string; form?: string };
}

/** An empty form with a token of its own. */
export function newForm(): Form {
  return { name: '', seconds: '', token: randomBytes(8).toString('hex'), errors: {} };
}

/** Checks the fields as the browser sent them; `greeting` is set only if nothing is wrong. */
export function readForm(fields: URLSearchParams): { form: Form; greeting?: GreetingInput } {
  const typed = {
    name: field(fields, 'name'),
    seconds: field(fields, 'seconds'),
    token: field(fields, 'token'),
  };
  const form: Form = { ...newForm(), name: asText(typed.name), seconds: asText(typed.seconds) };
  if (/^[0-9a-f]{16}$/.test(asText(typed.token))) form.token = asText(typed.token);
  const parsed = schema.safeParse(typed);
  const isOurs = [...fields.keys()].every((name) => FIELDS.includes(name));
  if (parsed.success && isOurs) return { form, greeting: parsed.data };
  const fieldErrors = parsed.error ? z.flattenError(parsed.error).fieldErrors : {};
  form.errors = { name: fieldErrors.name?.[0], seconds: fieldErrors.seconds?.[0] };
  if (!isOurs) form.errors.form = 'This form was sent with a field that it does not have. Fill it in here.';
  return { form };
}

/** A Workflow Id that a person can read out, always the same for the same form with the same entries. */
export function workflowIdFor({ name, seconds }: GreetingInput, token: string): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([token, name, seconds]))
    .digest();
  return `greeting-${slug(name)}-${suffixOf(digest)}`;
}

/** The name in plain letters, as far as it has any. */
export function slug(name: string): string {
  const plain = name.normalize('NFKD').toLowerCase().replace(/\p{M}/gu, '');
  return (
    plain
      .replace(/[^a-z0-9]+/g, '-')
      .slice(0, 30)
      .replace(/^-|-$/g, '') || 'you'
  );
}

/** A field's text, nothing if it is missing, or all its values if it was sent more than once. */
function field(fields: URLSearchParams, name: string): string | string[] | undefined {
  const values = fields.getAll(name);
  return values.length > 1 ? values : values[0];
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
