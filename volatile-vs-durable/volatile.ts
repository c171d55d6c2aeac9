// A loop that counts to ten, one a second. Kill it, run it again, and it starts over at 1.
import { setTimeout as sleep } from 'node:timers/promises';
import { addOne } from './activities.ts';

async function count(): Promise<number> {
  let number = 0;
  while (number < 10) {
    await sleep(1000);
    number = await addOne(number);
    console.log(number);
  }
  return number;
}

await count();
