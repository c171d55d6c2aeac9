// The lookups of the exercises, without a network: what they answer is made up.

/** Where this machine seems to be on the internet. */
export async function getIP(): Promise<string> {
  return '198.51.100.7';
}

/** Where that address seems to be on earth. */
export async function getLocationInfo(_ip: string): Promise<string> {
  return 'Vienna, Austria';
}

/** What the sky above that address looks like. */
export async function getWeather(_ip: string): Promise<string> {
  return 'sunny';
}
