// Exercise "under way": getWeather is a new step, and greetings begun without it are still running. Let them go on.
import { proxyActivities, sleep } from '@temporalio/workflow';
import type * as activities from '../../lookups.ts';

const { getIP, getWeather, getLocationInfo } = proxyActivities<typeof activities>({
  startToCloseTimeout: '5s',
});

export async function greet(name: string): Promise<string> {
  const ipAddress = await getIP();
  const weather = await getWeather(ipAddress);
  await sleep('2 seconds');
  const location = await getLocationInfo(ipAddress);
  return `Hello, ${name}! You are in ${location}, where it is ${weather}.`;
}
