// The API of the pipelines over HTTP, with a real Temporal Service and Worker: Conductor's own SDK drives it.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  MetadataClient,
  orkesConductorClient,
  TaskClient,
  type WorkflowDef,
  WorkflowExecutor,
} from '@io-orkes/conductor-javascript';
import { Client, Connection } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRegistry } from '../../encores/pipelines/registry.ts';
import { createApp } from '../../encores/pipelines/web/app.ts';
import { createTokens } from '../../encores/pipelines/web/token.ts';
import { connectionTuning } from '../../hello-ip/stage-tuning.ts';
import { cleanUp, newFolder, runEncoreWorker, until } from '../support/harness.ts';
import { startService } from '../support/service.ts';

const log = (ref: string, message: unknown = ref) => ({
  ...{ name: ref, taskReferenceName: ref, type: 'LOG', inputParameters: { message } },
});
const wait = (ref: string) => ({ name: ref, taskReferenceName: ref, type: 'WAIT', inputParameters: {} });
const HELLO = {
  name: 'hello',
  tasks: [log('say', '${workflow.input.name}')],
  outputParameters: { said: '${workflow.input.name}' },
};

let service: TestWorkflowEnvironment;
let folder: string;
let server: Server;
let base: string;
const servers: Server[] = [];

beforeAll(async () => {
  service = await startService();
  folder = newFolder();
  await runEncoreWorker('pipelines', { env: { TEMPORAL_ADDRESS: service.address }, folder });
  server = await serve(service.client);
  base = addressOf(server);
  await register(HELLO);
});
afterAll(async () => {
  for (const each of servers) {
    each.closeAllConnections();
    each.close();
  }
  await cleanUp();
  await service?.teardown();
});

async function serve(client: Client, env: NodeJS.ProcessEnv = {}): Promise<Server> {
  const registry = openRegistry(`${folder}/pipelines`);
  const app = createApp({ client, webUi: 'http://web-ui', registry, tokens: createTokens(env) });
  const made = createServer(app);
  servers.push(made);
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
  return made;
}

function addressOf(which: Server): string {
  return `http://127.0.0.1:${(which.address() as AddressInfo).port}`;
}

function ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  return fetch(base + path, {
    ...{ method, body: text },
    headers: { 'content-type': 'application/json', ...headers },
  });
}

async function register(definition: object): Promise<void> {
  const answer = await ask('POST', '/api/metadata/workflow?overwrite=true', definition);
  expect(await answer.text()).toBe('');
  expect(answer.status).toBe(200);
}

interface Execution {
  status: string;
  output: object;
  tasks: { referenceTaskName: string; status: string }[];
}
const read = async (id: string) => (await ask('GET', `/api/workflow/${id}`)).json() as Promise<Execution>;

async function ended(id: string): Promise<Execution> {
  await until(async () => !['RUNNING', 'PAUSED', undefined].includes((await read(id)).status));
  return read(id);
}

describe("Conductor's SDK", () => {
  it('registers a definition, starts it, pauses and resumes it, completes its WAIT and reads how it ended', async () => {
    const sdk = await orkesConductorClient({ serverUrl: `${base}/api`, keyId: 'any', keySecret: 'any' });
    const workflows = new WorkflowExecutor(sdk);
    const metadata = new MetadataClient(sdk);
    const definition = {
      ...{ name: 'by_sdk', version: 1, schemaVersion: 2, timeoutSeconds: 0, inputParameters: [] },
      tasks: [wait('approval'), log('after')],
      // The body of the request is the output, and this is how the SDK wraps it.
      outputParameters: { by: '${approval.output.outputData.by}' },
    } as unknown as WorkflowDef;
    await metadata.registerTask({ name: 'by_sdk_task', retryCount: 2 } as never);
    await workflows.registerWorkflow(true, definition);
    const id = await workflows.startWorkflow({ name: 'by_sdk', version: 1, correlationId: 'c-1', input: {} });
    await until(async () => (await workflows.getExecution(id)).tasks?.[0]?.status === 'IN_PROGRESS');
    await workflows.pause(id);
    await until(async () => (await workflows.getWorkflow(id, false)).status === 'PAUSED');
    await workflows.resume(id);
    await new TaskClient(sdk).updateTaskResult(id, 'approval', 'COMPLETED', { by: 'Ziggy' });
    await until(async () => (await workflows.getWorkflow(id, true)).status === 'COMPLETED');
    const run = await workflows.getWorkflow(id, true);
    expect(run).toMatchObject({ workflowName: 'by_sdk', correlationId: 'c-1', output: { by: 'Ziggy' } });
    expect(run.tasks?.map(({ referenceTaskName, status }) => [referenceTaskName, status])).toEqual([
      ['approval', 'COMPLETED'],
      ['after', 'COMPLETED'],
    ]);
    expect(await workflows.getWorkflowStatus(id, true, true)).toMatchObject({ status: 'COMPLETED' });
  });

  it('terminates a run', async () => {
    const sdk = await orkesConductorClient({ serverUrl: `${base}/api`, keyId: 'any', keySecret: 'any' });
    await register({ name: 'waits', tasks: [wait('w')] });
    const workflows = new WorkflowExecutor(sdk);
    const id = await workflows.startWorkflow({ name: 'waits', version: 1 });
    await workflows.terminate(id, 'enough');
    expect((await ended(id)).status).toBe('TERMINATED');
  });
});

describe('starting', () => {
  it('with the same key starts one run, however often and from wherever', async () => {
    const start = { name: 'hello', input: { name: 'Ziggy' }, idempotencyKey: 'k-1' };
    const answers = await Promise.all([1, 2, 3, 4].map(() => ask('POST', '/api/workflow', start)));
    const ids = new Set(await Promise.all(answers.map((answer) => answer.text())));
    expect(ids.size).toBe(1);
    const other = await (await ask('POST', '/api/workflow', { ...start, idempotencyKey: 'k-2' })).text();
    expect(ids).not.toContain(other);
    expect((await ended(other)).output).toEqual({ said: 'Ziggy' });
  });

  it('by name, with the body as its input', async () => {
    const id = await (await ask('POST', '/api/workflow/hello', { name: 'Ziggy' })).text();
    expect((await ended(id)).output).toEqual({ said: 'Ziggy' });
  });

  it('in the plainer model', async () => {
    const made = await ask('POST', '/api/v1/workflows', { ...HELLO, name: 'plain' });
    expect([made.status, await made.json()]).toEqual([201, { id: 'plain', version: 1 }]);
    const started = await ask('POST', '/api/v1/workflows/plain/execute', { input: { name: 'Ziggy' } });
    const { executionId } = (await started.json()) as { executionId: string };
    expect([started.status, started.headers.get('location')]).toEqual([
      202,
      `/api/v1/executions/${executionId}`,
    ]);
    await ended(executionId);
    const run = await (await ask('GET', `/api/v1/executions/${executionId}`)).json();
    expect(run).toMatchObject({ status: 'COMPLETED', output: { said: 'Ziggy' } });
  });
});

describe('a request that cannot be met is a problem with two sentences', () => {
  it.each<[string, string, string, unknown, number, string]>([
    ['no JSON', 'POST', '/api/metadata/workflow', '{', 400, 'That is not JSON.'],
    ['no definition', 'POST', '/api/metadata/workflow', '[]', 400, 'There is no definition.'],
    [
      'a bad definition',
      'POST',
      '/api/metadata/workflow',
      { name: 'x', tasks: [] },
      400,
      'It is refused: tasks: must have a task.',
    ],
    [
      'a version there is',
      'POST',
      '/api/metadata/workflow',
      HELLO,
      409,
      'hello, version 1, is registered already.',
    ],
    [
      'a definition of 2 MB',
      'POST',
      '/api/metadata/workflow',
      { ...HELLO, description: 'x'.repeat(2_000_000) },
      413,
      'That is too long.',
    ],
    [
      'no such definition',
      'GET',
      '/api/metadata/workflow/nobody',
      undefined,
      404,
      'nobody is not registered.',
    ],
    [
      'no such version',
      'DELETE',
      '/api/metadata/workflow/hello/7',
      undefined,
      404,
      'hello, version 7 is not registered.',
    ],
    [
      'no such task definition',
      'GET',
      '/api/metadata/taskdefs/nobody',
      undefined,
      404,
      'There is no task definition "nobody".',
    ],
    ['a start without a name', 'POST', '/api/workflow', {}, 400, 'The name is missing.'],
    ['a start of nobody', 'POST', '/api/workflow', { name: 'nobody' }, 404, 'nobody is not registered.'],
    [
      'an input that is no object',
      'POST',
      '/api/workflow',
      { name: 'hello', input: [1] },
      400,
      'The input is no JSON object.',
    ],
    [
      'an input of 300 KB',
      'POST',
      '/api/workflow',
      { name: 'hello', input: { name: 'x'.repeat(300_000) } },
      413,
      'The definition with its input has',
    ],
    ['no such run', 'GET', '/api/workflow/nobody', undefined, 404, 'There is no run "nobody".'],
    [
      'a run to pause that there is not',
      'PUT',
      '/api/workflow/nobody/pause',
      {},
      404,
      'No run "nobody" is under way.',
    ],
    ['another path', 'GET', '/api/explode', undefined, 404, 'There is nothing here.'],
  ])('%s', async (_, method, path, body, status, said) => {
    const answer = await ask(method, path, body);
    const problem = (await answer.json()) as { status: number; detail: string };
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      status,
      expect.stringContaining('application/problem+json'),
    ]);
    expect(problem.status).toBe(status);
    expect(problem.detail).toContain(said);
    expect(problem.detail).toMatch(/\. [A-Z].*\w|: GET|: POST/);
  });

  it('names every finding', async () => {
    const tasks = [log('a'), log('a'), { name: 'b', taskReferenceName: 'b', type: 'HUMAN' }];
    const answer = await ask('POST', '/api/metadata/workflow/validate', { name: 'x', tasks });
    expect(((await answer.json()) as { findings: object[] }).findings).toMatchObject([
      { task: 'a', field: 'taskReferenceName' },
      { task: 'b', field: 'type' },
    ]);
  });

  it('from another site, or for another host', async () => {
    const foreign = await ask('POST', '/api/workflow', { name: 'hello' }, { origin: 'http://evil.example' });
    expect(foreign.status).toBe(403);
  });

  it('while the Temporal Service is away: 503, and what was registered meanwhile is there', async () => {
    const connection = Connection.lazy({ address: '127.0.0.1:1', ...connectionTuning });
    const away = addressOf(await serve(new Client({ connection })));
    const start = { method: 'POST', body: JSON.stringify({ name: 'hello' }) };
    const answers = await Promise.all([
      fetch(`${away}/api/workflow`, start),
      fetch(`${away}/api/workflow/x`),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([503, 503]);
    expect((await fetch(`${away}/api/metadata/workflow/hello`)).status).toBe(200);
    const typed = new URLSearchParams({ input: '{"name": "typed"}', version: '1' });
    const form = await fetch(`${away}/definitions/hello`, { method: 'POST', body: typed });
    expect([form.status, await form.text()]).toEqual([
      503,
      expect.stringContaining('{&#34;name&#34;: &#34;typed&#34;}'),
    ]);
  });
});

it('lets nobody in without a token where a key and a secret are set', async () => {
  const locked = addressOf(await serve(service.client, { PIPELINES_KEY: 'key', PIPELINES_SECRET: 'secret' }));
  expect((await fetch(`${locked}/api/workflow`)).status).toBe(401);
  const wrong = { method: 'POST', body: JSON.stringify({ keyId: 'key', keySecret: 'no' }) };
  expect((await fetch(`${locked}/api/token`, wrong)).status).toBe(401);
  const right = { method: 'POST', body: JSON.stringify({ keyId: 'key', keySecret: 'secret' }) };
  const { token } = (await (await fetch(`${locked}/api/token`, right)).json()) as { token: string };
  for (const [header, value] of [
    ['x-authorization', token],
    ['authorization', `Bearer ${token}`],
  ] as const)
    expect((await fetch(`${locked}/api/workflow`, { headers: { [header]: value } })).status).toBe(200);
  const sdk = await orkesConductorClient({ serverUrl: `${locked}/api`, keyId: 'key', keySecret: 'secret' });
  expect(await new WorkflowExecutor(sdk).startWorkflow({ name: 'hello', version: 1 })).toMatch(/^hello-/);
  expect(() => createTokens({ PIPELINES_KEY: 'key' })).toThrow('belong together');
});

interface Description {
  paths: Record<string, Record<string, { responses: Record<string, { content?: object }> }>>;
}

it('answers each path of its OpenAPI description with a status that is described', async () => {
  const { paths } = (await (await ask('GET', '/api/openapi.json')).json()) as Description;
  const asked: string[] = [];
  for (const [path, operations] of Object.entries(paths))
    for (const [method, { responses }] of Object.entries(operations)) {
      const body = method === 'get' || method === 'delete' ? undefined : {};
      const answer = await ask(method.toUpperCase(), path.replace(/\{\w+\}/g, 'nobody'), body);
      asked.push(`${method} ${path}`);
      expect(Object.keys(responses), `${method} ${path}`).toContain(String(answer.status));
      const type = answer.headers.get('content-type')?.split(';')[0] ?? '';
      const described = Object.keys(responses[answer.status]?.content ?? {});
      if (described.length > 0) expect(described, `${method} ${path}`).toContain(type);
    }
  expect(asked.length).toBeGreaterThan(25);
});

describe('the page', () => {
  const page = async (path: string) => (await ask('GET', path)).text();

  it('lists what is registered and what has run, and draws a run', async () => {
    const id = await (await ask('POST', '/api/workflow/hello', { name: '<Ziggy>' })).text();
    await ended(id);
    expect(await page('/')).toContain(`href="/runs/${id}"`);
    expect(await page('/')).toContain('href="/definitions/hello?version=1"');
    const run = await page(`/runs/${id}`);
    expect(run).toContain('data-state="done"');
    // What somebody has typed is text.
    expect(run).toContain('&lt;Ziggy&gt;');
    expect(run).not.toContain('<Ziggy>');
  });

  it('starts a run from the form, and gives back what was typed if it is not JSON', async () => {
    const send = (input: string) =>
      fetch(`${base}/definitions/hello`, {
        ...{ method: 'POST', redirect: 'manual' },
        body: new URLSearchParams({ input, version: '1' }),
      });
    expect((await send('{"name": "form"}')).headers.get('location')).toMatch(/^\/runs\/hello-/);
    const wrong = await send('{"name": ');
    const said = await wrong.text();
    expect(wrong.status).toBe(400);
    expect(said).toContain('The input is not JSON');
    expect(said).toContain('{&#34;name&#34;: </textarea>');
  });

  it('says that there is no such run, or definition', async () => {
    expect((await ask('GET', '/runs/nobody')).status).toBe(404);
    expect(await page('/definitions/nobody')).toContain('is not registered');
  });
});
