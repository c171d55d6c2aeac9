// What each pattern takes, checked at run time: by whoever starts it, and again by the Workflow, which trusts nobody.
import { ApplicationFailure } from '@temporalio/common';
import { z } from 'zod';

/** The Task Queue that the Worker polls. */
export const TASK_QUEUE = 'patterns';

/** A child for every second number: 500, where the Temporal Service lets one Workflow have 2,000 at a time. */
const MOST_NUMBERS = 1000;
const MOST_ITEMS = 100_000;
const MOST_SECONDS = 3600;

const wrongObject = {
  error: (issue: { code?: string; keys?: string[] }) =>
    issue.code === 'unrecognized_keys' ? `must not have: ${issue.keys?.join(', ')}` : 'must be an object',
};

export const WholeNumber = z.int('must be a whole number');

export const Numbers = z
  .array(WholeNumber, 'must be a list of whole numbers')
  .min(1, 'must not be empty')
  .max(MOST_NUMBERS, `must not have more than ${MOST_NUMBERS} numbers`);

/** How the exchange behaves when it is asked for a rate. */
export const BEHAVIOURS = ['answers', 'fails', 'slow once', 'slow', 'silent once', 'refuses'] as const;

export const Question = z.strictObject(
  {
    currency: z.string('must be text').regex(/^[A-Z]{3}$/, 'must be three capitals, such as EUR'),
    exchange: z.enum(BEHAVIOURS, `must be one of: ${BEHAVIOURS.join(', ')}`).default('answers'),
  },
  wrongObject,
);
export type Question = z.infer<typeof Question>;

export const Customer = z.strictObject(
  {
    name: z
      .string('must be text')
      .trim()
      .min(1, 'must not be empty')
      .max(100, 'must not be longer than 100 characters'),
    /** How long until the letter goes out. */
    seconds: z
      .int('must be a whole number')
      .min(1, 'must be 1 at least')
      .max(MOST_SECONDS, `must not be more than ${MOST_SECONDS}`)
      .default(5),
  },
  wrongObject,
);
export type Customer = z.infer<typeof Customer>;

export const ItemCount = z
  .int('must be a whole number')
  .min(1, 'must be 1 at least')
  .max(MOST_ITEMS, `must not be more than ${MOST_ITEMS}`);

/** What there is to do, how much of it is done, and whether it rests: all that one run hands to the next. */
export const Work = z
  .strictObject(
    { items: ItemCount, done: z.int().min(0).default(0), isPaused: z.boolean().default(false) },
    wrongObject,
  )
  .refine(({ items, done }) => done <= items, 'must not have more done than there are items');
export type Work = z.infer<typeof Work>;

/**
 * The value, once it is what it should be.
 * @throws an ApplicationFailure of this type, which no retry can cure, with the first thing that is wrong
 */
export function check<T>(schema: z.ZodType<T>, value: unknown, type = 'BadInput'): T {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  throw ApplicationFailure.nonRetryable(`Refused: ${firstWrong(read.error)}.`, type);
}

/** "[2] must be a whole number". */
export function firstWrong({ issues: [issue] }: z.ZodError): string {
  const where = issue?.path.length ? z.core.toDotPath(issue.path) : 'it';
  return `${where} ${issue?.message ?? 'is wrong'}`;
}
