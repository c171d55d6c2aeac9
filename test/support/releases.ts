// Releases for tests in a browser: started over the API, as a script would.

/** What is rolled out: one wave, one cluster, one bundle and so many apps, app-1 and so on. */
export function smallPlan(apps: number) {
  const ids = Array.from({ length: apps }, (_, index) => ({ id: `app-${index + 1}` }));
  return {
    waves: [{ id: 'wave-1', clusters: [{ id: 'cluster-1', bundles: [{ id: 'bundle-1', apps: ids }] }] }],
  };
}

/** Starts a release; returns the address of its page. */
export async function startRelease(base: string, plan: object): Promise<string> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${base}/api/releases`, { method: 'POST', headers, body: JSON.stringify(plan) });
  if (answer.status !== 201) throw new Error(await answer.text());
  const { id } = (await answer.json()) as { id: string };
  return `${base}/releases/${id}`;
}
