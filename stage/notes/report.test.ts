// What a rehearsal ends with: every claim with its evidence, and what to do about those that failed.
import { describe, expect, it } from 'vitest';
import { type Drill, listDrills } from './pages.ts';
import { markdownOf, summaryOf } from './report.ts';

const drill = listDrills().find(({ name }) => name === 'worker-kill') as Drill;
const proofs = [{ claim: 'timer running', evidence: ['id: Timer Started', 'due | soon'], ms: 312 }];
const good = { drill, proofs, ms: 15_400 };
const failure = {
  line: 'npm run stage expect greeting',
  message: '✘ not so within 15 s: greeting\n  seen last: it waits',
};
const bad = { drill, proofs, failure, ms: 20_000 };

describe('the summary', () => {
  it('has claim, seconds and evidence', () => {
    const [, row, , verdict] = summaryOf([good]);
    expect(row).toBe('✔  worker-kill  timer running  0.3 s  id: Timer Started; due | soon');
    expect(verdict).toBe('Every claim held: 1 in one drill, 15.4 s.');
  });

  it('names what failed, and how to run it again', () => {
    const lines = summaryOf([good, bad]);
    expect(lines).toContainEqual(
      expect.stringMatching(
        /^✘ {2}worker-kill {2}greeting .*not so within 15 s: greeting seen last: it waits$/,
      ),
    );
    expect(lines.at(-1)).toBe(
      '2 claims held in 35.4 s, and these drills failed: worker-kill. Again: npm run rehearse worker-kill',
    );
  });
});

describe('the report', () => {
  it('is a table of Markdown for each drill, in which nothing breaks a row', () => {
    const text = markdownOf([good, bad], new Date('2026-11-21T10:00:00Z'));
    expect(text).toContain('# Rehearsal of 2026-11-21 10:00 UTC');
    expect(text).toContain('| ✔ timer running | id: Timer Started<br>due \\| soon | 0.3 s |');
    expect(text).toContain('| ✘ greeting | ✘ not so within 15 s: greeting<br>  seen last: it waits | |');
    expect(text).toContain('(../presenter-notes/3-worker-kill.md)');
  });
});
