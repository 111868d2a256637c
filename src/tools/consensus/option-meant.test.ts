import assert from 'node:assert/strict';
import { test } from 'node:test';
import { optionMeant } from './option-meant.ts';

function assertMeant(
  options: readonly string[],
  cases: readonly (readonly [string, string | undefined])[],
): void {
  for (const [answer, option] of cases)
    assert.equal(optionMeant(options, answer), option, `"${answer}" of ${options.join(' / ')}`);
}

test('a vote is recognised by words, number or letter, and never guessed', () => {
  assertMeant(
    ['PostgreSQL', 'SQLite', 'MySQL'],
    [
      ['SQLite', 'SQLite'],
      [' **sqlite** ', 'SQLite'],
      ['“SQLite”.', 'SQLite'],
      ['2', 'SQLite'],
      ['Option B', 'SQLite'],
      ['2. SQLite', 'SQLite'],
      ['**2**', 'SQLite'],
      ['(b)', 'SQLite'],
      ['≥ 2', undefined],
      ['-2', undefined],
      ['2.5', undefined],
      ['c) because it is common', 'MySQL'],
      ['I would take SQLite here.', 'SQLite'],
      ['My vote is for **SQLite**.', 'SQLite'],
      ['Answer: 2', 'SQLite'],
      ['SQLite because it is small', 'SQLite'],
      ['2. MySQL', undefined],
      ['SQLite rather than MySQL', undefined],
      ['I would not take SQLite.', undefined],
      ['none of them', undefined],
      ['4', undefined],
    ],
  );
  assertMeant(['use Redis', 'do not use Redis'], [['do not use Redis', 'do not use Redis']]);
});

test('options that differ only in signs are never mistaken for each other', () => {
  for (const options of [
    ['C', 'C++', 'C#'],
    ['+1', '-1'],
    ['>= 5', '< 5'],
    ['🟢', '🔴'],
    ['.NET', 'net'],
    ['3', '2', '1'],
    ['да', 'нет'],
  ])
    assertMeant(
      options,
      options.flatMap((option) => [
        [option, option] as const,
        [` ${option.toUpperCase()} `, option] as const,
      ]),
    );
  assertMeant(['C', 'Java'], [['C++', undefined]]);
  assertMeant(['1', '2'], [['-1', undefined]]);
  assertMeant(['+1', '-1'], [['1', undefined]]);
  assertMeant(['2 replicas', '1 replica'], [['1', undefined]]);
  assertMeant(['C', 'C.'], [['c!', undefined]]);
});

test('prose that contains an option is not a vote for it', () => {
  assertMeant(
    ['merge', 'block'],
    [
      ['I would not merge this.', undefined],
      ['do not merge', undefined],
      ['I vote for merge.', 'merge'],
    ],
  );
  assertMeant(
    ['yes', 'no'],
    [
      ['There is no doubt: this is needed.', undefined],
      ['Absolutely. I see no reason against it.', undefined],
      ['No.', 'no'],
    ],
  );
  assertMeant(['A', 'B', 'C'], [['a lock is the better choice', undefined]]);
});

test('a vote that names an option and its place is read if both agree', () => {
  const options = ['Use PostgreSQL', 'Use SQLite', 'Use MySQL'];
  assertMeant(options, [
    ['B (Use SQLite)', 'Use SQLite'],
    ['Option B (Use SQLite)', 'Use SQLite'],
    ['Option 2 (Use SQLite)', 'Use SQLite'],
    ['Option B: (Use SQLite).', 'Use SQLite'],
    ['Use SQLite (Option B)', 'Use SQLite'],
    ['Use SQLite (2)', 'Use SQLite'],
    ['Use SQLite [B].', 'Use SQLite'],
    ['**Option B**: Use SQLite', 'Use SQLite'],
    ['**Option B:** Use SQLite', 'Use SQLite'],
    ['**2.** Use SQLite', 'Use SQLite'],
    ['I vote for Use SQLite (Option B).', 'Use SQLite'],
    ['I vote for option B (Use SQLite).', 'Use SQLite'],
    ['The best option is Use SQLite.', 'Use SQLite'],
    ['B (Use MySQL)', undefined],
    ['Use SQLite (Option C)', undefined],
    ['Use SQLite (4)', undefined],
    ['**Option B**: Use MySQL', undefined],
    ['B (not Use SQLite)', undefined],
    ['Use SQLite (not B)', undefined],
    ['Use SQLite - but only if Use MySQL is not possible', undefined],
    ['B - it scales, but I prefer C', undefined],
    ['B (', undefined],
  ]);
  assertMeant(
    ['Deploy (1)', 'Deploy (2)', 'Deploy'],
    [
      ['Deploy (2)', 'Deploy (2)'],
      ['Deploy (3)', 'Deploy'],
      ['Deploy (4)', undefined],
      ['**Deploy (2)**', 'Deploy (2)'],
    ],
  );
  assertMeant(
    ['C', 'Java'],
    [
      ['C (1)', 'C'],
      ['C (2)', undefined],
    ],
  );
});
