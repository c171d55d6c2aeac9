// What a rehearsal ends with: every claim with its evidence, and what to do about those that failed.
import { describe, expect, it } from 'vitest';
import { type Drill, listDrills } from './pages.ts';
import { lineOf, markdownOf, summaryOf } from './report.ts';

const drill = listDrills().find(({ name }) => name === 'worker-kill') as Drill;
const proofs = [{ claim: 'timer running', evidence: ['id: Timer Started', 'due | soon'], ms: 312 }];
const good = { drill, proofs, ms: 15_400 };
const failure = {
  line: 'npm run stage expect greeting',
  message: '✘ still false after 15 s: greeting\n  last seen: it waits',
};
const bad = { drill, proofs, failure, ms: 20_000 };

describe('the summary', () => {
  it('has claim, seconds and evidence', () => {
    const [, row, , verdict] = summaryOf([good], true);
    expect(row).toBe('✔  worker-kill  timer running  0.3 s  id: Timer Started; due | soon');
    expect(verdict).toBe('Every claim held: 1 in one drill, 15.4 s.');
  });

  it('is the verdict alone while all is well, unless every word is wanted', () => {
    expect(summaryOf([good, good], false)).toEqual(['', 'Every claim held: 2 in 2 drills, 30.8 s.']);
    expect(lineOf(good)).toBe('✔ Demo 3: the Worker is killed: 1 claim, 15.4 s');
    expect(lineOf(bad)).toMatch(/^✘ Demo 3/);
    expect(summaryOf([good, bad], false)[1]).toMatch(/^✔ {2}worker-kill {2}timer running/);
  });

  it('names what failed, and how to run it again', () => {
    const lines = summaryOf([good, bad], true);
    expect(lines).toContainEqual(
      expect.stringMatching(
        /^✘ {2}worker-kill {2}greeting .*still false after 15 s: greeting last seen: it waits$/,
      ),
    );
    expect(lines.at(-1)).toBe(
      '2 claims held in 35.4 s, and these drills failed: worker-kill. Again: npm run rehearse worker-kill',
    );
  });
});

describe('the report', () => {
  it('is a Markdown table for each drill, in which nothing breaks a row', () => {
    const text = markdownOf([good, bad], new Date('2026-11-21T10:00:00Z'));
    expect(text).toContain('# Rehearsal of 2026-11-21 10:00 UTC');
    expect(text).toContain('| ✔ timer running | id: Timer Started<br>due \\| soon | 0.3 s |');
    expect(text).toContain('| ✘ greeting | ✘ still false after 15 s: greeting<br>  last seen: it waits | |');
    expect(text).toContain('(../presenter-notes/3-worker-kill.md)');
  });
});
