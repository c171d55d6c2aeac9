// Exercise "third step", solved: an Activity is an ordinary function, and may ask whomever it likes.
export { getIP, getLocationInfo } from '../../lookups.ts';

/** How people say hello in a place given as "City, Country". */
export async function getHello(location: string): Promise<string> {
  const answer = await fetch(`${process.env.WORD_SERVICE}/${encodeURIComponent(location)}`);
  if (!answer.ok) throw new Error(`The word service answered ${answer.status}.`);
  return answer.text();
}
