// The notes and the README speak of this product: every command, message, label, file, port and link in them exists.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as activity from '@temporalio/activity';
import * as workflow from '@temporalio/workflow';
import { marked, type Token, type Tokens } from 'marked';
import { describe, expect, it } from 'vitest';
import { readClusterPorts } from '../../encores/cluster/layout.ts';
import { readClaim } from '../claims/grammar.ts';
import { readKill } from '../cluster/drill.ts';
import { readStartOrder } from '../commands/start-args.ts';
import { readPipelinesOrder } from '../encores/pipeline-args.ts';
import { readReleasesOrder } from '../encores/release-args.ts';
import { COUNTERS, isProcessName } from '../processes/names.ts';
import { ROOT, readPorts } from '../settings.ts';
import { readStudyOrder } from '../study/args.ts';
import { VERBS } from '../verbs/load-verb.ts';
import { readDrillOrder, readRehearsalOrder } from './args.ts';
import { listDrills, listEncores } from './pages.ts';

const NOTES = join(ROOT, 'presenter-notes');
const talk = listDrills();
const encores = listEncores();
const drills = [...talk, ...encores];
const pages = readdirSync(NOTES, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.md'))
  .map((file) => readNote(join('presenter-notes', file)));
const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const product = readProduct();
const SDK = [...Object.keys(workflow), ...Object.keys(activity)];

interface Note {
  file: string;
  text: string;
  tokens: Token[];
}

function readNote(file: string): Note {
  const text = readFileSync(join(ROOT, file), 'utf8');
  return { file, text, tokens: marked.lexer(text) };
}

/** All tokens in a few, those inside others too; blockquotes are words to say, and can be excluded. */
function all(tokens: Token[], withQuotes = true): Token[] {
  const found: Token[] = [];
  for (const token of tokens) {
    if (token.type === 'blockquote' && !withQuotes) continue;
    found.push(token);
    const { tokens: inner, items, header, rows } = token as Tokens.Generic;
    const cells = [...(header ?? []), ...(rows ?? []).flat()].flatMap((cell) => cell.tokens);
    found.push(...all([...(inner ?? []), ...(items ?? []), ...cells], withQuotes));
  }
  return found;
}

function codeSpans({ tokens }: Note): string[] {
  return all(tokens).flatMap((token) => (token.type === 'codespan' ? [token.text as string] : []));
}

/** Commands in prose and in blocks, a line each. */
function commands(note: Note): string[] {
  const blocks = all(note.tokens).flatMap((token) => (token.type === 'code' ? token.text.split('\n') : []));
  return [...codeSpans(note), ...blocks].filter((line) => /(^|\s)npm (run|start|test)\b/.test(line));
}

/** Text of the page that is to be read, without code, words to say and comments. */
function prose({ tokens }: Note): string[] {
  return all(tokens, false).flatMap((token) =>
    token.type === 'text' && !('tokens' in token && token.tokens) ? [token.text as string] : [],
  );
}

/** Everything that this product says, with one character for each value inserted. */
function readProduct(): string {
  const folders = ['encores', 'hello-ip', 'stage', 'volatile-vs-durable'];
  const files = folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
  );
  const ours = files.filter((file) => !file.includes('node_modules'));
  const said = ours.filter((file) => /\.(ts|ejs|cjs|js)$/.test(file) && !file.endsWith('.test.ts'));
  const texts = said.map((file) => readFileSync(join(ROOT, file), 'utf8'));
  return texts.join('\n').replace(/\$\{[^}]*\}|<%=[^%]*%>|'\s*\+[^+;]*\+\s*'/g, '§');
}

describe.each([...pages, readNote('README.md')])('$file', (note) => {
  it.each(commands(note))('can run: %s', (line) => {
    checkCommand(line);
  });

  it('names files that are there', () => {
    const paths = codeSpans(note).filter((span) => /^[\w.-]+(\/[\w.-]*)*$/.test(span) && /[./]/.test(span));
    const ours = paths.filter(
      (path) =>
        !/^(\.stage|slides\/(dist|build-)|\d)/.test(path) && /\/|\.(ts|md|json|ejs|cjs|yml)$/.test(path),
    );
    expect(ours.filter((path) => !isThere(path))).toEqual([]);
  });

  it('names functions that are there', () => {
    const names = codeSpans(note).filter((span) => /^[a-z]\w*[A-Z]\w*$/.test(span));
    expect(names.filter((name) => !product.includes(name) && !SDK.includes(name))).toEqual([]);
  });

  it('names ports that are ours', () => {
    const ports = [...note.text.matchAll(/(?:127\.0\.0\.1|localhost):(\d+)|`(\d{4,5})`/g)];
    const ours = [...Object.values(readPorts({})), ...Object.values(readClusterPorts({})), 3030];
    expect(ports.map(([, a, b]) => Number(a ?? b)).filter((port) => !ours.includes(port))).toEqual([]);
  });

  it('quotes labels and messages of the page and the terminal as they are', () => {
    const labels = prose(note).flatMap((text) =>
      [...text.matchAll(/"([^"]+)"/g)].map(([, label]) => label ?? ''),
    );
    const messages = codeSpans(note).filter((span) => /^[A-Z][a-z]+ /.test(span));
    expect([...labels, ...messages].filter((words) => !isSaid(words))).toEqual([]);
  });

  it('has no dead links', () => {
    const links = all(note.tokens).flatMap((token) => (token.type === 'link' ? [token.href as string] : []));
    const inside = links.filter((href) => !/^(https?:|mailto:)/.test(href));
    expect(inside.filter((href) => !leadsSomewhere(note.file, href))).toEqual([]);
  });

  it('never counts lines', () => {
    expect(note.text).not.toMatch(/\blines? \d/i);
  });
});

describe('the drills', () => {
  it('are numbered from the teaser on, without gaps', () => {
    expect(talk.map(({ number }) => number)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it.each(drills)('$name says what it is for, and what to do if it goes wrong or by hand', ({ file }) => {
    const { text } = readNote(file);
    for (const field of ['Purpose', 'Failure', 'Temporal feature', 'Audience takeaway', 'Minutes'])
      expect(text).toContain(`- **${field}:** `);
    for (const heading of ['## Steps', '## If it goes wrong', '## By hand'])
      expect(text).toContain(`\n${heading}\n`);
  });

  it.each(drills)('$name proves something, and has words to say and a question', ({ file, steps }) => {
    const { text } = readNote(file);
    expect(steps.flatMap(({ commands }) => commands).some(({ verb }) => verb === 'expect')).toBe(true);
    for (const part of ['\n> ', '**Do:**', '**The room sees:**', '**Ask:**', '**Answer:**'])
      expect(text).toContain(part);
  });

  it('are the only pages with commands that are run', () => {
    const others = pages.filter(
      ({ file }) => !drills.some((drill) => drill.file === file.replaceAll('\\', '/')),
    );
    expect(others.filter(({ text }) => /^```sh$/m.test(text)).map(({ file }) => file)).toEqual([]);
  });
});

describe('the minutes', () => {
  const WORDS_A_MINUTE = 130;
  const SECONDS = { question: 20, step: 10 };

  it.each(drills)('of $name are enough to say and ask all of it, with a little to spare', (drill) => {
    const walked = drill.steps.flatMap(({ before, after }) => [...before, ...after]);
    const words = walked
      .filter(({ type }) => type === 'blockquote')
      .map(({ raw }) => raw.split(/\s+/).length);
    const questions = walked.filter(({ raw }) => raw.startsWith('**Ask:**')).length;
    const spoken = words.reduce((sum, count) => sum + count, 0) / WORDS_A_MINUTE;
    const least = spoken + (questions * SECONDS.question + drill.steps.length * SECONDS.step) / 60;
    expect(drill.minutes).toBeGreaterThan(least);
    expect(drill.minutes).toBeLessThan(least + 2);
  });

  it('of the running order are those of the pages, and add up', () => {
    const { tokens } = readNote('presenter-notes/README.md');
    const table = tokens.find(
      (token) => token.type === 'table' && token.raw.includes('45 minutes'),
    ) as Tokens.Table;
    const rows = table.rows.map((row) => row.map(({ text }) => text));
    for (const { file, minutes } of talk) {
      const row = rows.find(([part]) => part?.includes(`(${file.split('/').at(-1)})`)) ?? [];
      expect(row.slice(1).filter((cell) => cell !== '0' && cell !== String(minutes))).toEqual([]);
    }
    for (const [column, slot] of [30, 45, 60].entries()) {
      const numbers = rows.map((row) => Number(row[column + 1]));
      expect(numbers.at(-1)).toBe(slot);
      expect(numbers.slice(0, -1).reduce((sum, number) => sum + number, 0)).toBe(slot);
    }
  });
});

describe('the questions that audiences ask', () => {
  const WORDS_OF_AN_ANSWER = 90;
  const questions = readNote('presenter-notes/faq.md')
    .text.split(/^### /m)
    .slice(1)
    .map((part) => {
      const [question = '', ...answer] = part.split('\n');
      return {
        question,
        answer: answer
          .join('\n')
          .replace(/^## .*$/m, '')
          .trim(),
      };
    });

  it('are at least twenty-five', () => {
    expect(new Set(questions.map(({ question }) => question)).size).toBeGreaterThanOrEqual(25);
  });

  it.each(questions)('$question: answered in half a minute, with what shows it', ({ answer }) => {
    expect(answer.split(/\s+/).length).toBeLessThan(WORDS_OF_AN_ANSWER);
    const [, shown = ''] = /\n\nShown by: ([\s\S]+)$/.exec(answer) ?? [];
    expect(shown).toMatch(/\]\(|`|Web UI|address/);
  });
});

/** Throws if the words of the command would be refused. */
function checkCommand(line: string): void {
  const [, command = ''] = /(?:^|\s)npm (.*)$/.exec(line.replaceAll('\\', '')) ?? [];
  const [first = '', second = '', ...words] = command.split(/\s+/).map((word) => word.replace(/^"|"$/g, ''));
  if (first === 'start')
    return void readStartOrder([second, ...words].map((word) => (word.startsWith('<') ? 'any' : word)));
  if (first === 'test') return;
  expect(Object.keys(scripts)).toContain(second);
  if (words.some((word) => word.startsWith('<') || word.startsWith('['))) return;
  if (second === 'stage' && words.length > 0) checkVerb(words);
  if (second === 'drill') readDrillOrder(words, drills);
  if (second === 'rehearse') readRehearsalOrder(words, talk, encores);
  if (second === 'releases') readReleasesOrder(words);
  if (second === 'pipelines') readPipelinesOrder(words);
  if (second === 'study') readStudyOrder(words);
  if (second === 'cluster' && words[0] === 'drill') words.length > 1 && readKill(words.slice(1));
}

function checkVerb([verb = '', ...words]: string[]): void {
  expect(VERBS).toContain(verb);
  if (verb === 'expect' && words.length > 0) readClaim(words);
  const isOfProcess = ['kill', 'stop', 'restart', 'freeze', 'thaw', 'start', 'run'].includes(verb);
  if (isOfProcess && words[0] !== 'counters') expect(words.map(isProcessName)).toEqual([true]);
  if (verb === 'cut' || verb === 'restore') expect(words[0]).toBe('network');
  if (verb === 'break' || verb === 'fix') expect(words).toEqual(['geolocation']);
}

function isThere(path: string): boolean {
  if (path.includes('/')) return existsSync(join(ROOT, path)) || existsSync(join(NOTES, path));
  const folders = [
    '',
    'hello-ip',
    'hello-ip/web',
    'encores/platform',
    'encores/releases',
    'encores/patterns',
    'encores/cluster',
    'volatile-vs-durable',
    'stage',
    'presenter-notes',
    'slides',
  ];
  return folders.some((folder) => existsSync(join(ROOT, folder, path)));
}

/** Numbers and names may be anything; an ellipsis stands for an inserted value. */
function isSaid(label: string): boolean {
  const pattern = label
    .replace(/[.,:;]$/, '')
    .replace(/[.*+?^$()[\]{}|\\]/g, '\\$&')
    .replace(/\d+(\\\.\d+)*|Ziggy|Zoë/g, '.{1,12}?')
    .replaceAll('…', '§');
  return new RegExp(pattern).test(product) || COUNTERS.some((name) => name === label);
}

function leadsSomewhere(from: string, href: string): boolean {
  const [path = '', anchor] = href.split('#');
  const target = path ? join(ROOT, dirname(from), path) : join(ROOT, from);
  if (!existsSync(target)) return false;
  if (!anchor) return true;
  const headings = all(marked.lexer(readFileSync(target, 'utf8'))).filter(({ type }) => type === 'heading');
  return headings.some((heading) => slug((heading as Tokens.Heading).text) === anchor);
}

/** The anchor that GitHub gives to a heading. */
function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s-]/gu, '')
    .trim()
    .replace(/\s/g, '-');
}
