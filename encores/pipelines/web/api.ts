// The API: definitions and runs in Conductor's paths, so that its clients can drive this, and three paths of a plainer model.
import type { Client } from '@temporalio/client';
import type { Request } from 'express';
import { problem } from '../../support/problem.ts';
import { type Finding, inWords } from '../check.ts';
import {
  cancelPipeline,
  completeTask,
  listRuns,
  pausePipeline,
  resumePipeline,
  type Start,
  startPipeline,
} from '../client.ts';
import type { Follower, RunTree } from '../follow.ts';
import { asList, asObject, isObject, type Json } from '../json.ts';
import type { Registry } from '../registry.ts';
import type { Completion } from '../run.ts';
import { executionOf } from './execution.ts';
import type { Route } from './routes.ts';
import type { Tokens } from './token.ts';

export interface Api {
  client: Client;
  follower: Follower;
  registry: Registry;
  tokens: Tokens;
}

/** A definition that is refused, with everything that is wrong with it. */
export class Refused extends Error {
  override name = 'UserError';
  readonly findings: Finding[];

  constructor(findings: Finding[]) {
    super(`It is refused: ${findings.map(inWords).join('; ')}. Mend that, and send it again.`);
    this.findings = findings;
  }
}

const OVERWRITE = { overwrite: 'true registers it in place of the one of that version' };
const STATUSES = ['COMPLETED', 'FAILED', 'FAILED_WITH_TERMINAL_ERROR'] as const;

/** All routes, in the order in which they are tried. */
export function routesOf(api: Api): Route[] {
  return [...metadata(api), ...taskDefinitions(api), ...executions(api), ...plain(api)];
}

/** The two paths under which Conductor's clients ask for a token; they need none. */
export function tokenRoutes({ tokens }: Pick<Api, 'tokens'>): Route[] {
  return ['/api/token', '/oauth/token'].map((path) => ({
    ...{ method: 'post', path, summary: 'Exchanges keyId and keySecret for a token', body: 'Json' },
    answers: { 200: 'Json', 401: 'Problem' },
    handle(request, response) {
      const { keyId, keySecret } = asObject(request.body);
      const token = tokens.exchange(keyId, keySecret);
      if (!token)
        throw problem('UNAUTHORIZED', 'The key or the secret is wrong. Set both as the server has them.');
      response.json({ token, access_token: token });
    },
  }));
}

function metadata({ registry }: Api): Route[] {
  const path = '/api/metadata/workflow';
  return [
    {
      ...{ method: 'post', path: `${path}/validate`, summary: 'Checks a definition', body: 'Definition' },
      answers: { 200: undefined, 400: 'Problem' },
      async handle({ body }, response) {
        const { findings } = await registry.check(body);
        if (findings) throw new Refused(findings);
        response.end();
      },
    },
    {
      ...{ method: 'post', path, summary: 'Registers a definition, or a list', body: 'Definition' },
      ...{ query: OVERWRITE, answers: { 200: undefined, 400: 'Problem', 409: 'Problem' } },
      async handle({ body, query }, response) {
        await registerAll(registry, body, query.overwrite === 'true');
        response.end();
      },
    },
    {
      ...{ method: 'put', path, summary: 'Registers definitions, in place of those there are', body: 'Json' },
      answers: { 200: undefined, 400: 'Problem' },
      async handle({ body }, response) {
        await registerAll(registry, body, true);
        response.end();
      },
    },
    {
      ...{ method: 'get', path, summary: 'All definitions', answers: { 200: 'Json' } },
      handle: (_, response) => response.json(registry.list()),
    },
    {
      ...{ method: 'get', path: `${path}/{name}`, summary: 'A definition, the newest version' },
      ...{ query: { version: 'another version' }, answers: { 200: 'Definition', 404: 'Problem' } },
      handle: ({ params, query }, response) =>
        response.json(needDefinition(registry, String(params.name), numberIn(query.version))),
    },
    {
      ...{ method: 'get', path: `${path}/{name}/{version}`, summary: 'One version of a definition' },
      answers: { 200: 'Definition', 404: 'Problem' },
      handle: ({ params }, response) =>
        response.json(needDefinition(registry, String(params.name), numberIn(params.version))),
    },
    {
      ...{ method: 'delete', path: `${path}/{name}/{version}`, summary: 'Forgets one version' },
      answers: { 200: undefined, 404: 'Problem' },
      handle({ params }, response) {
        const { name, version } = needDefinition(registry, String(params.name), numberIn(params.version));
        registry.remove(name, version);
        response.end();
      },
    },
  ];
}

function taskDefinitions({ registry }: Api): Route[] {
  const path = '/api/metadata/taskdefs';
  const register = ({ body }: Request) => {
    for (const json of asList(body)) {
      const { findings } = registry.registerTask(json);
      if (findings) throw new Refused(findings);
    }
  };
  const need = (name: string) => {
    const found = registry.findTask(name);
    if (!found)
      throw problem('NOT_FOUND', `There is no task definition "${name}". Register it: POST ${path}`);
    return found;
  };
  return [
    ...(['post', 'put'] as const).map<Route>((method) => ({
      ...{ method, path, summary: 'Registers task definitions', body: 'Json' },
      answers: { 200: undefined, 400: 'Problem' },
      handle(request, response) {
        register(request);
        response.end();
      },
    })),
    {
      ...{ method: 'get', path, summary: 'All task definitions', answers: { 200: 'Json' } },
      handle: (_, response) => response.json(registry.listTasks()),
    },
    {
      ...{ method: 'get', path: `${path}/{name}`, summary: 'A task definition' },
      answers: { 200: 'TaskDefinition', 404: 'Problem' },
      handle: ({ params }, response) => response.json(need(String(params.name))),
    },
    {
      ...{ method: 'delete', path: `${path}/{name}`, summary: 'Forgets a task definition' },
      answers: { 200: undefined, 404: 'Problem' },
      handle({ params }, response) {
        need(String(params.name));
        registry.removeTask(String(params.name));
        response.end();
      },
    },
  ];
}

function executions({ client, follower, registry }: Api): Route[] {
  const path = '/api/workflow';
  const one = `${path}/{workflowId}`;
  const start = async (given: Start) => startPipeline(client, registry, given);
  return [
    {
      ...{ method: 'post', path, summary: 'Starts a run; answers its id', body: 'Start' },
      answers: { 200: 'text', 400: 'Problem', 404: 'Problem', 413: 'Problem', 503: 'Problem' },
      handle: async ({ body }, response) => response.type('text').send(await start(readStart(body))),
    },
    {
      ...{ method: 'post', path: `${path}/{name}`, summary: 'Starts a run with this input', body: 'Json' },
      query: { version: 'the newest if absent', correlationId: 'noted with the run' },
      answers: { 200: 'text', 400: 'Problem', 404: 'Problem', 413: 'Problem', 503: 'Problem' },
      handle: async (request, response) => {
        const { name, body: input } = { name: request.params.name, body: request.body };
        const { version, correlationId } = request.query;
        const idempotencyKey = request.get('idempotency-key');
        const given = { name, version: numberIn(version), input, correlationId, idempotencyKey };
        response.type('text').send(await start(readStart(given)));
      },
    },
    {
      ...{ method: 'get', path, summary: 'The newest runs', answers: { 200: 'Json', 503: 'Problem' } },
      handle: async (_, response) => response.json(await listRuns(client)),
    },
    {
      ...{ method: 'get', path: one, summary: 'A run' },
      query: { includeTasks: 'false leaves its tasks out' },
      answers: { 200: 'Execution', 404: 'Problem', 503: 'Problem' },
      handle: async ({ params, query }, response) =>
        response.json(
          executionOf(await needRun(follower, params.workflowId), query.includeTasks !== 'false'),
        ),
    },
    {
      ...{ method: 'get', path: `${one}/status`, summary: 'A run, without its tasks' },
      answers: { 200: 'Execution', 404: 'Problem' },
      handle: async ({ params }, response) =>
        response.json(executionOf(await needRun(follower, params.workflowId), false)),
    },
    {
      ...{ method: 'delete', path: one, summary: 'Ends a run as TERMINATED, with its sub-workflows' },
      ...{ query: { reason: 'is not kept' }, answers: { 200: undefined, 404: 'Problem' } },
      async handle({ params }, response) {
        await cancelPipeline(client, String(params.workflowId));
        response.end();
      },
    },
    ...(['pause', 'resume'] as const).map<Route>((what) => ({
      ...{ method: 'put', path: `${one}/${what}`, summary: `Has a run ${what}` },
      answers: { 200: undefined, 404: 'Problem' },
      async handle({ params }, response) {
        await (what === 'pause' ? pausePipeline : resumePipeline)(client, String(params.workflowId));
        response.end();
      },
    })),
    {
      ...{ method: 'post', path: '/api/tasks/{workflowId}/{ref}/{status}', body: 'Json' },
      ...{ summary: 'Says that a WAIT is done, or has failed', answers: { 200: 'text', 404: 'Problem' } },
      async handle({ params, body }, response) {
        const run = await needRun(follower, params.workflowId);
        const completion = completionOf(run, String(params.ref), String(params.status), body);
        await completeTask(client, run.workflowId, completion);
        response.type('text').send(`${run.workflowId}/${completion.ref}`);
      },
    },
  ];
}

/** The model of an executor of JSON workflows with steps. */
function plain({ client, follower, registry }: Api): Route[] {
  return [
    {
      ...{ method: 'post', path: '/api/v1/workflows', summary: 'Registers a definition', body: 'Definition' },
      ...{ query: OVERWRITE, answers: { 201: 'Json', 400: 'Problem', 409: 'Problem' } },
      async handle({ body, query }, response) {
        const [definition] = await registerAll(registry, body, query.overwrite === 'true');
        response.status(201).json({ id: definition?.name, version: definition?.version });
      },
    },
    {
      ...{ method: 'post', path: '/api/v1/workflows/{id}/execute', summary: 'Starts a run', body: 'Json' },
      answers: { 202: 'Json', 404: 'Problem', 413: 'Problem', 503: 'Problem' },
      async handle({ params, body }, response) {
        const { input = body, idempotencyKey } = asObject(body);
        const id = await startPipeline(
          client,
          registry,
          readStart({ name: params.id, input, idempotencyKey }),
        );
        response
          .status(202)
          .location(`/api/v1/executions/${encodeURIComponent(id)}`)
          .json({ executionId: id });
      },
    },
    {
      ...{ method: 'get', path: '/api/v1/executions/{id}', summary: 'A run' },
      answers: { 200: 'Execution', 404: 'Problem', 503: 'Problem' },
      handle: async ({ params }, response) =>
        response.json(executionOf(await needRun(follower, params.id), true)),
    },
  ];
}

/** All or none: what is wrong with one of them is wrong with what was sent. */
async function registerAll(registry: Registry, body: unknown, mayOverwrite: boolean) {
  const all = asList(body as Json);
  if (all.length === 0)
    throw problem('BAD_REQUEST', 'There is no definition. Send one as JSON, or a list of them.');
  const checked = await Promise.all(all.map((json) => registry.validate(json)));
  const findings = checked.flatMap((each) => each.findings ?? []);
  if (findings.length > 0) throw new Refused(findings);
  for (const { value } of checked)
    if (value && !mayOverwrite && registry.find(value.name, value.version))
      throw problem(
        'CONFLICT',
        `${value.name}, version ${value.version}, is registered already. Give it another version, or add ?overwrite=true.`,
      );
  for (const json of all) await registry.register(json);
  return checked.flatMap(({ value }) => value ?? []);
}

function needDefinition(registry: Registry, name: string, version?: number) {
  const found = registry.find(name, version);
  if (found) return found;
  const which = version ? `${name}, version ${version}` : name;
  throw problem('NOT_FOUND', `${which} is not registered. Register it: POST /api/metadata/workflow`);
}

async function needRun(follower: Follower, id: unknown): Promise<RunTree> {
  const run = await follower.find(String(id));
  if (run) return run;
  throw problem('NOT_FOUND', `There is no run "${id}". List them: GET /api/workflow`);
}

function completionOf(
  { tasks, workflowId }: RunTree,
  ref: string,
  status: string,
  body: unknown,
): Completion {
  const known = STATUSES.find((each) => each === status);
  if (!known)
    throw problem('BAD_REQUEST', `"${status}" is no status for it. Send one of ${STATUSES.join(', ')}.`);
  const waiting = tasks.filter(({ type, status }) => type === 'WAIT' && status === 'IN_PROGRESS');
  const task = waiting.find(({ id }) => id === ref) ?? waiting.find((each) => each.ref === ref);
  if (!task)
    throw problem(
      'NOT_FOUND',
      `No WAIT "${ref}" is under way in ${workflowId}. Look at its tasks: GET /api/workflow/${workflowId}`,
    );
  return { ref: task.id, status: known, output: asObject(body as Json) };
}

function readStart(body: unknown): Start {
  const { name, version, input, correlationId, idempotencyKey } = isObject(body) ? body : {};
  if (typeof name !== 'string' || name === '')
    throw problem(
      'BAD_REQUEST',
      'The name is missing. Send the name of a definition, such as {"name": "deploy_simple_v1"}.',
    );
  if (input !== undefined && input !== null && !isObject(input))
    throw problem('BAD_REQUEST', 'The input is no JSON object. Send one, such as {"app": "svc-a"}.');
  return {
    name,
    version: numberIn(version),
    input: asObject(input as Json),
    correlationId: textIn(correlationId),
    idempotencyKey: textIn(idempotencyKey),
  };
}

const textIn = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);
const numberIn = (value: unknown) => (Number(value) > 0 ? Number(value) : undefined);
