// What a rehearsal ends with: claim, evidence and seconds, for the terminal and as a Markdown file.
import { vocabulary } from '../../hello-ip/web/vocabulary.ts';
import { symbolOf } from '../processes/output.ts';
import type { Rehearsed } from './rehearsal.ts';
import { readableWidth } from './terminal.ts';

const { done, failed } = vocabulary;

/** How one drill went: "✔ Demo 3: the Worker is killed: 6 claims, 23.4 s". */
export function lineOf({ drill, proofs, failure, ms }: Rehearsed): string {
  const claims = proofs.length === 1 ? '1 claim' : `${proofs.length} claims`;
  const mark = symbolOf(failure ? 'failed' : 'done');
  return `${mark} ${drill.title}: ${claims}, ${seconds(ms)}`;
}

/** A line for each claim, or only for what failed, and the overall verdict. */
export function summaryOf(rehearsed: Rehearsed[], wordy: boolean): string[] {
  const told = wordy ? rehearsed : rehearsed.filter(({ failure }) => failure);
  const rows = told.flatMap(({ drill, proofs, failure }) => [
    ...proofs.map(({ claim, evidence, ms }) => [
      done.symbol,
      drill.name,
      claim,
      seconds(ms),
      evidence.join('; '),
    ]),
    ...(failure ? [[failed.symbol, drill.name, claimOf(failure.line), '', oneLine(failure.message)]] : []),
  ]);
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const width = process.stdout.isTTY ? readableWidth(process.stdout.columns) : Number.POSITIVE_INFINITY;
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .slice(0, width)
      .trimEnd(),
  );
  return ['', ...lines, ...(lines.length > 0 ? [''] : []), verdictOf(rehearsed)];
}

function verdictOf(rehearsed: Rehearsed[]): string {
  const claims = rehearsed.reduce((sum, { proofs }) => sum + proofs.length, 0);
  const bad = rehearsed.filter(({ failure }) => failure).map(({ drill }) => drill.name);
  const took = seconds(rehearsed.reduce((sum, { ms }) => sum + ms, 0));
  const drills = rehearsed.length === 1 ? 'one drill' : `${rehearsed.length} drills`;
  if (bad.length === 0) return `Every claim held: ${claims} in ${drills}, ${took}.`;
  return `${claims} claims held in ${took}, and these drills failed: ${bad.join(', ')}. Again: npm run rehearse ${bad.join(' ')}`;
}

/** The report to keep, or to attach to a question. */
export function markdownOf(rehearsed: Rehearsed[], at: Date): string {
  const head = `# Rehearsal of ${at.toISOString().slice(0, 16).replace('T', ' ')} UTC\n\n${verdictOf(rehearsed)}\n`;
  return [head, ...rehearsed.map(sectionOf)].join('\n');
}

function sectionOf({ drill, proofs, failure, ms }: Rehearsed): string {
  const rows = proofs.map(
    ({ claim, evidence, ms }) =>
      `| ${done.symbol} ${cell(claim)} | ${evidence.map(cell).join('<br>')} | ${seconds(ms)} |`,
  );
  if (failure) rows.push(`| ${failed.symbol} ${cell(claimOf(failure.line))} | ${cell(failure.message)} | |`);
  const table = ['| claim | evidence | seconds |', '|---|---|---|', ...rows].join('\n');
  return `## ${drill.title}\n\n[${drill.name}](../${drill.file}), ${seconds(ms)} in all\n\n${table}\n`;
}

function claimOf(line: string): string {
  return line.replace(/^npm run stage (expect )?/, '');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', '<br>');
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ');
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
