// Exercise "run twice": whoever is greeted signs the guestbook, once.
import { proxyActivities } from '@temporalio/workflow';
import type * as activities from './activities.ts';

const { signGuestbook } = proxyActivities<typeof activities>({
  startToCloseTimeout: '5s',
  retry: { initialInterval: '0.1s' },
});

export async function greet(name: string): Promise<string> {
  await signGuestbook(name);
  return `Hello, ${name}! You are in the guestbook.`;
}
