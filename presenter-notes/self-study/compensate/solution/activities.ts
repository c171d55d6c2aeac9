// Exercise "compensate", solved: book and cancel a part of a trip. A car that is not there will not be there at the next attempt either.
import { ApplicationFailure } from '@temporalio/common';
import * as trips from '../trips.ts';

export async function book(what: string): Promise<void> {
  await trips.book(what).catch((error: Error) => {
    throw ApplicationFailure.nonRetryable(error.message, 'SoldOut');
  });
}

export async function cancel(what: string): Promise<void> {
  await trips.cancel(what);
}
