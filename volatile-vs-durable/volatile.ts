// A loop that counts to ten, one a second. Kill it, run it again, and it begins again with 1.
import { setTimeout as sleep } from 'node:timers/promises';
import { addOne } from './activities.ts';

async function count(): Promise<number> {
  let number = 0;
  while (number < 10) {
    number = await addOne(number);
    console.log(number);
    await sleep(1000);
  }
  return number;
}

await count();
