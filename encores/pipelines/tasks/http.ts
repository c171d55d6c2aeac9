// HTTP: one request, by an Activity. An answer other than 2xx is a failure, with the body as its reason.
import { asObject, isObject, type JsonObject } from '../json.ts';
import { perform } from '../perform.ts';
import type { Report, TaskType } from '../task-type.ts';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const INPUTS = [
  ...['uri', 'method', 'headers', 'body', 'accept', 'contentType'],
  ...['connectionTimeOut', 'readTimeOut'],
];

export const http: TaskType = {
  isRetried: true,
  inputs: ['http_request', ...INPUTS],
  check({ inputParameters }, report) {
    const isNested = inputParameters.http_request !== undefined;
    const prefix = isNested ? 'inputParameters.http_request' : 'inputParameters';
    const request = requestOf(inputParameters);
    // As a whole it may come from an expression.
    if (isNested && !isObject(inputParameters.http_request)) return;
    checkRequest(request, prefix, report);
  },
  run: (step) => perform(step, 'callHttp', requestOf(step.input)),
};

/** Conductor takes the request as the inputs themselves, or as one of them. */
function requestOf(input: JsonObject): JsonObject {
  return input.http_request === undefined ? input : asObject(input.http_request);
}

function checkRequest(request: JsonObject, prefix: string, report: Report): void {
  const { uri, method, headers } = request;
  if (!uri || typeof uri !== 'string')
    report(`${prefix}.uri`, 'must be an address, such as "http://127.0.0.1:8003/verify"');
  else if (!uri.includes('${') && !/^https?:\/\/./.test(uri))
    report(`${prefix}.uri`, 'must begin with http:// or https://');
  if (!isExpression(method) && !METHODS.includes(String(method).toUpperCase()))
    report(`${prefix}.method`, `must be one of ${METHODS.join(', ')}`);
  if (headers !== undefined && !isObject(headers) && !isExpression(headers))
    report(`${prefix}.headers`, 'must be an object');
  for (const field of ['connectionTimeOut', 'readTimeOut']) {
    const ms = request[field];
    if (ms !== undefined && !(typeof ms === 'number' && ms > 0) && !isExpression(ms))
      report(`${prefix}.${field}`, 'must be a number of milliseconds');
  }
  // As the inputs themselves, they are checked as those of every type are.
  for (const field of prefix === 'inputParameters' ? [] : Object.keys(request))
    if (!INPUTS.includes(field) && request[field]) report(`${prefix}.${field}`, 'is not supported');
}

const isExpression = (value: unknown) => typeof value === 'string' && value.includes('${');
