// The OpenAPI description of the API, from its routes and the schemas of the format.
import { z } from 'zod';
import { Definition, TaskDefinition } from '../format.ts';
import type { Content, Route } from './routes.ts';

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });

const SCHEMAS: Record<Exclude<Content, 'text'>, object> = {
  Definition: schemaOf(Definition),
  TaskDefinition: schemaOf(TaskDefinition),
  Json: {},
  Start: {
    type: 'object',
    required: ['name'],
    properties: {
      name: { type: 'string' },
      version: { type: 'integer' },
      input: { type: 'object' },
      correlationId: { type: 'string' },
      idempotencyKey: { type: 'string', description: 'The same key starts the run once.' },
    },
  },
  Execution: {
    type: 'object',
    properties: {
      workflowId: { type: 'string' },
      workflowName: { type: 'string' },
      workflowVersion: { type: 'integer' },
      status: { enum: ['RUNNING', 'PAUSED', 'COMPLETED', 'FAILED', 'TIMED_OUT', 'TERMINATED'] },
      input: { type: 'object' },
      output: {},
      tasks: { type: 'array', items: { type: 'object' } },
    },
  },
  Problem: {
    type: 'object',
    description: 'RFC 9457',
    required: ['type', 'title', 'status', 'detail'],
    properties: {
      type: { type: 'string' },
      title: { type: 'string' },
      status: { type: 'integer' },
      detail: { type: 'string' },
      findings: { type: 'array', items: { type: 'object' } },
    },
  },
};

/** The document, OpenAPI 3.1. */
export function describe(routes: readonly Route[]): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes)
    paths[route.path] = { ...paths[route.path], [route.method]: operationOf(route) };
  return {
    openapi: '3.1.0',
    info: {
      title: 'Pipelines',
      version: '1.0.0',
      description: 'Definitions and runs, in the paths of Conductor and in those of /api/v1.',
    },
    paths,
    components: { schemas: SCHEMAS },
  };
}

function operationOf({ path, summary, query = {}, body, answers }: Route): object {
  const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    ...{ name, in: 'path', required: true, schema: { type: 'string' } },
  }));
  const asked = Object.entries(query).map(([name, description]) => ({
    ...{ name, in: 'query', description, schema: { type: 'string' } },
  }));
  const responses = Object.entries(answers).map(([status, content]) => [status, answerOf(status, content)]);
  return {
    summary,
    parameters: [...named, ...asked],
    ...(body && { requestBody: { required: true, content: contentOf(body) } }),
    responses: {
      ...Object.fromEntries(responses),
      default: { description: 'What is wrong', content: contentOf('Problem') },
    },
  };
}

function answerOf(status: string, content?: Content): object {
  const description = status.startsWith('2') ? 'Done' : 'What is wrong';
  return content ? { description, content: contentOf(content) } : { description };
}

function contentOf(content: Content): object {
  if (content === 'text') return { 'text/plain': { schema: { type: 'string' } } };
  const type = content === 'Problem' ? 'application/problem+json' : 'application/json';
  return { [type]: { schema: ref(content) } };
}

/** With references into the document itself, where zod makes those that start at the schema. */
function schemaOf(schema: z.ZodType): object {
  const made = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', reused: 'inline' });
  const { $schema, ...rest } = made as Record<string, unknown>;
  return rest;
}
