// Exercise "third step", solved: an Activity is an ordinary function.
export { getIP, getLocationInfo } from '../../lookups.ts';

/** How one says hello in that place, "City, Country". */
export async function getHello(location: string): Promise<string> {
  return location.endsWith('Austria') ? 'Servus' : 'Hello';
}
