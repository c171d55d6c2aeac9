// Exercise "compensate": a trip of three parts. If there is no car, the flight and the hotel stay booked. Cancel them.
import { proxyActivities } from '@temporalio/workflow';
import type * as activities from './activities.ts';

const { book } = proxyActivities<typeof activities>({ startToCloseTimeout: '5s' });

export async function greet(name: string): Promise<string> {
  await book('flight');
  await book('hotel');
  await book('car');
  return `Have a good trip, ${name}!`;
}
