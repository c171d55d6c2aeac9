// `${...}` in a definition: found in every text, at any depth, and replaced by what it names.
// Conductor reads it with Jayway's JSONPath; here `.key`, `['key']`, `[0]`, `[-1]`, `[*]` and `..key` are read.
import { isObject, type Json, type JsonObject } from './json.ts';

/** Finds what the first word of an expression names: `workflow`, or the reference of a task. */
export type Lookup = (root: string) => Json | undefined;

/**
 * A copy of the value, with every expression in it replaced. One that is the whole of a text keeps its type; within a
 * text it becomes text, objects and lists as JSON. What is not found is null. `$${x}` stays `${x}`.
 */
export function resolve(value: Json, lookup: Lookup): Json {
  if (typeof value === 'string') return resolveText(value, lookup);
  if (Array.isArray(value)) return value.map((each) => resolve(each, lookup));
  return isObject(value) ? resolveObject(value, lookup) : value;
}

/** `resolve` for an object. */
export function resolveObject(object: JsonObject, lookup: Lookup): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, resolve(value, lookup)]));
}

/** The expressions in a value, without `${` and `}`; in nested ones, the outer with the inner in it, then the inner. */
export function expressionsIn(value: Json): string[] {
  if (typeof value === 'string')
    return partsOf(value).flatMap((part) =>
      part.isExpression ? [part.text, ...expressionsIn(part.text)] : [],
    );
  return isObject(value) || Array.isArray(value) ? Object.values(value).flatMap(expressionsIn) : [];
}

/** The first word of an expression; none if it begins with another expression. */
export function rootOf(expression: string): string | undefined {
  return /^[\w-]+/.exec(expression.trim())?.[0];
}

/** What is wrong with the path of an expression, if anything. */
export function wrongPath(expression: string): string | undefined {
  try {
    // What is nested stands for some key.
    readPath(withoutNested(expression));
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** As text in the middle of a text. */
export function asText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

interface Part {
  text: string;
  isExpression: boolean;
}

function resolveText(text: string, lookup: Lookup): Json {
  const parts = partsOf(text);
  const [first] = parts;
  if (parts.length === 1 && first?.isExpression) return valueAt(first.text, lookup);
  return parts.map((part) => (part.isExpression ? asText(valueAt(part.text, lookup)) : part.text)).join('');
}

function valueAt(expression: string, lookup: Lookup): Json {
  const inner = asText(resolveText(expression, lookup)).trim();
  if (inner === '') return '';
  const [root = '', ...steps] = readPath(inner);
  return walk(lookup(String(root)), steps) ?? null;
}

/** Splits a text at its expressions; braces may nest. */
function partsOf(text: string): Part[] {
  const parts: Part[] = [];
  let plain = '';
  let at = 0;
  while (at < text.length) {
    const end = text.startsWith('${', at) ? closingBrace(text, at + 2) : -1;
    if (text.startsWith('$${', at)) {
      const close = closingBrace(text, at + 3);
      const stop = close < 0 ? at + 3 : close + 1;
      plain += text.slice(at + 1, stop);
      at = stop;
    } else if (end >= 0) {
      if (plain) parts.push({ text: plain, isExpression: false });
      plain = '';
      parts.push({ text: text.slice(at + 2, end), isExpression: true });
      at = end + 1;
    } else {
      plain += text[at];
      at += 1;
    }
  }
  if (plain) parts.push({ text: plain, isExpression: false });
  return parts;
}

function closingBrace(text: string, from: number): number {
  let depth = 1;
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '{') depth += 1;
    if (text[at] === '}') depth -= 1;
    if (depth === 0) return at;
  }
  return -1;
}

function withoutNested(expression: string): string {
  return partsOf(expression)
    .map(({ text, isExpression }) => (isExpression ? 'x' : text))
    .join('');
}

const EACH = Symbol('each');
interface Deep {
  deep: string;
}
type Step = string | number | typeof EACH | Deep;

const STEP =
  /^(?:\.\.(?<deep>[\w-]+)|\.(?<key>[\w-]+|\*)|\[(?<index>-?\d+|\*)\]|\[(?:'(?<quoted>[^']*)'|"(?<double>[^"]*)")\])/;

/** @throws an Error that says which part of the path is not understood */
function readPath(expression: string): Step[] {
  const root = rootOf(expression);
  if (root === undefined) throw new Error(`"${expression}" does not begin with a name`);
  const steps: Step[] = [root];
  let rest = expression.trim().slice(root.length);
  while (rest) {
    const found = STEP.exec(rest);
    if (!found?.groups)
      throw new Error(`"${rest}" in "${expression}" is not understood: use .key, [0], [*] or ..key`);
    const { deep, key, index, quoted, double } = found.groups;
    if (deep !== undefined) steps.push({ deep });
    else if (key === '*' || index === '*') steps.push(EACH);
    else if (index !== undefined) steps.push(Number(index));
    else steps.push(key ?? quoted ?? double ?? '');
    rest = rest.slice(found[0].length);
  }
  return steps;
}

function walk(value: Json | undefined, [step, ...rest]: Step[]): Json | undefined {
  if (step === undefined || value === undefined) return value;
  if (step === EACH) return childrenOf(value).flatMap((each) => listOf(walk(each, rest)));
  if (typeof step === 'object') return findAll(value, step.deep).flatMap((each) => listOf(walk(each, rest)));
  if (Array.isArray(value)) return walk(typeof step === 'number' ? value.at(step) : undefined, rest);
  return isObject(value) && Object.hasOwn(value, String(step)) ? walk(value[String(step)], rest) : undefined;
}

const listOf = (value: Json | undefined): Json[] => (value === undefined ? [] : [value]);

function childrenOf(value: Json): Json[] {
  return typeof value === 'object' && value !== null ? Object.values(value) : [];
}

function findAll(value: Json, key: string): Json[] {
  const here = isObject(value) && Object.hasOwn(value, key) ? listOf(value[key]) : [];
  return [...here, ...childrenOf(value).flatMap((child) => findAll(child, key))];
}
