// Asks the API of the pipelines on this machine, as a command or a claim does; with a token where the API wants one.

/**
 * @param base the address of the page
 * @returns undefined when nobody answers
 */
export async function askApi(
  base: string,
  path: string,
  { method = 'GET', env = process.env }: { method?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<Response | undefined> {
  const { PIPELINES_KEY: keyId, PIPELINES_SECRET: keySecret } = env;
  try {
    if (!keyId || !keySecret) return await fetch(base + path, { method });
    const body = JSON.stringify({ keyId, keySecret });
    const answer = await fetch(`${base}/api/token`, { method: 'POST', body });
    const { token = '' } = (await answer.json()) as { token?: string };
    return await fetch(base + path, { method, headers: { 'x-authorization': token } });
  } catch {
    return undefined;
  }
}
