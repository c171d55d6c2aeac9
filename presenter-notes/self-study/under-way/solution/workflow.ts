// Exercise "under way", solved: patched() is false for a greeting that went past this place with the old code.
import { patched, proxyActivities, sleep } from '@temporalio/workflow';
import type * as activities from '../../lookups.ts';

const { getIP, getWeather, getLocationInfo } = proxyActivities<typeof activities>({
  startToCloseTimeout: '5s',
});

export async function greet(name: string): Promise<string> {
  const ipAddress = await getIP();
  const weather = patched('weather') ? await getWeather(ipAddress) : undefined;
  await sleep('2 seconds');
  const location = await getLocationInfo(ipAddress);
  const place = weather ? `${location}, where it is ${weather}` : location;
  return `Hello, ${name}! You are in ${place}.`;
}
