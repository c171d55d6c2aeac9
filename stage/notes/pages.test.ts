// Pages of the notes: how a drill reads them, and what it refuses.
import { describe, expect, it } from 'vitest';
import { findDrill, listDrills, readPage } from './pages.ts';

const PAGE = `# Demo 9: the test

- **Purpose:** Show it.
- **Minutes:** 2.5

## Steps

### 1. Talk

Only words.

### 2. Do it

**Do:** Press Enter.

\`\`\`sh
npm run stage greet Ziggy 10
npm run stage expect page says "No Worker is polling"
\`\`\`

> That was it.

\`\`\`console
kill -9 <pid>
\`\`\`

## If it goes wrong

\`\`\`sh
npm run stage reset
\`\`\`
`;

describe('a page', () => {
  const page = readPage(PAGE, 'presenter-notes/9-test.md');

  it('has a title, minutes and numbered steps; what comes after the steps is not walked', () => {
    expect([page.title, page.minutes]).toEqual(['Demo 9: the test', 2.5]);
    expect(page.steps.map(({ title }) => title)).toEqual(['1. Talk', '2. Do it']);
  });

  it('runs what is in sh blocks, with quoted words as one word, and nothing else', () => {
    expect(page.steps.map(({ commands }) => commands.map(({ verb, words }) => [verb, ...words]))).toEqual([
      [],
      [
        ['greet', 'Ziggy', '10'],
        ['expect', 'page', 'says', 'No Worker is polling'],
      ],
    ]);
  });

  it('shows before the commands what comes before them, and after them what comes after', () => {
    const types = page.steps.map(({ before, after }) =>
      [before, after].map((tokens) => tokens.map(({ type }) => type)),
    );
    expect(types).toEqual([
      [['paragraph'], []],
      [['paragraph'], ['blockquote', 'code']],
    ]);
  });

  it.each([
    ['no steps', PAGE.replace('## Steps', '## Others'), 'has no "# title" or no "## Steps"'],
    ['no minutes', PAGE.replace('Minutes', 'Hours'), 'does not give its "**Minutes:**"'],
    ['a gap in the numbers', PAGE.replace('### 2.', '### 3.'), 'has "3. Do it" where step 2 should be'],
    ['another command', PAGE.replace('npm run stage greet', 'rm -r'), 'has "rm -r Ziggy 10" in an sh block'],
    ['two sh blocks in a step', PAGE.replace('```console', '```sh'), 'has two sh blocks in step "2. Do it"'],
    ['words before the first step', PAGE.replace('### 1.', 'Hi\n\n### 1.'), 'has text before its first step'],
  ])('with %s is refused', (_what, markdown, fact) => {
    expect(() => readPage(markdown, 'presenter-notes/9-test.md')).toThrow(
      `presenter-notes/9-test.md ${fact}`,
    );
  });
});

describe('a drill is found', () => {
  const drills = listDrills();

  it('by its name, in any case, and by its number', () => {
    expect(findDrill(drills, 'Worker-Kill')).toBe(findDrill(drills, '3'));
  });

  it('or the nearest is suggested', () => {
    expect(() => findDrill(drills, 'worker-kil')).toThrow(
      /"worker-kil" is not a drill. Did you mean: npm run drill worker-kill\nAll of them: .*3 worker-kill/,
    );
    expect(() => findDrill(drills, 'handsfree')).toThrow('npm run drill hands-free');
    expect(() => findDrill(drills, '--hands-free', 'rehearse')).not.toThrow('npm run rehearse hands-free');
  });
});
