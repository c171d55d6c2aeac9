// Where the Temporal Web UI of a Temporal Service is.
import { readPort } from '../support/settings.ts';

/** The Web UI's address, without a slash at the end: WEB_UI_URL, or Temporal Cloud's, or the dev server's on UI_PORT. */
export function webUiAddress(serviceAddress: string, env: NodeJS.ProcessEnv = process.env): string {
  if (env.WEB_UI_URL) return env.WEB_UI_URL.replace(/\/+$/, '');
  if (/\.(tmprl\.cloud|temporal\.io)(:\d+)?$/.test(serviceAddress)) return 'https://cloud.temporal.io';
  return `http://127.0.0.1:${readPort('UI_PORT', 8080, env)}`;
}

/** The page of one execution in the Web UI; without a run id, of the last run of that Workflow Id. */
export function executionUrl(webUi: string, namespace: string, workflowId: string, runId?: string): string {
  const parts = [namespace, 'workflows', workflowId, ...(runId ? [runId] : [])];
  return [`${webUi}/namespaces`, ...parts.map(encodeURIComponent)].join('/');
}
