// Orchestration: a parent Workflow gives parts of its work to child Workflows, and puts their answers together.
// Each child has its own Event History, its own time limit and its own failure, which arrives at the parent with
// its type. When the parent fails, the children that still run are ended with it. What comes in is checked, from
// outside and from a child alike: the child may be another team's, in another language.
import { ApplicationFailure, executeChild, sleep, workflowInfo } from '@temporalio/workflow';
import { workflowTuning } from '../../hello-ip/stage-tuning.ts';
import { check, Numbers, WholeNumber } from './input.ts';

/**
 * Adds the numbers in pairs, multiplies every sum by ten at the same time, and adds up the products.
 * A child that does not answer within the patience fails with a time-out.
 */
export async function orchestrate(input: number[], patience = '10 minutes'): Promise<number> {
  const numbers = check(Numbers, input);
  const child = (name: string) => ({
    workflowId: `${workflowInfo().workflowId}-${name}`,
    workflowExecutionTimeout: patience,
    ...workflowTuning,
  });

  // #region core
  const sums = await executeChild(addPairs, { args: [numbers], ...child('pairs') });

  const products = await Promise.all(
    check(Numbers, sums, 'BadOutput').map((sum, index) =>
      executeChild(timesTen, { args: [sum], ...child(`times-ten-${index + 1}`) }),
    ),
  );

  return check(Numbers, products, 'BadOutput').reduce(add);
  // #endregion core
}

/** [1, 2, 3, 4] becomes [3, 7]; a number without a partner stays alone. */
export async function addPairs(input: number[]): Promise<number[]> {
  const numbers = check(Numbers, input);
  const firsts = numbers.filter((_, index) => index % 2 === 0);
  return firsts.map((first, pair) => add(first, numbers[pair * 2 + 1] ?? 0));
}

export async function timesTen(input: number): Promise<number> {
  const product = exact(check(WholeNumber, input) * 10);
  await sleep('1 second'); // Stands for the hour that a real child may take.
  return product;
}

function add(one: number, other: number): number {
  return exact(one + other);
}

function exact(number: number): number {
  if (Number.isSafeInteger(number)) return number;
  throw ApplicationFailure.nonRetryable(`${number} is too large to be exact.`, 'TooLarge');
}
