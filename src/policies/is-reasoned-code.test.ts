import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isReasonedCode } from './is-reasoned-code.ts';

/** The definition, without the quick pre-check. */
const plainly =
  /\b(?:sql|algorithms?|boilerplate|scaffold(?:ing)?|crud|dynamic programming|shortest path|binary search|time complexity)\b|\bO\((?:1|n|log|V)/iu;

const pieces = [
  'SQL',
  'Sql',
  'algorithm',
  'Algorithms',
  'BOILERPLATE',
  'Scaffolding',
  'scaffolds',
  'crud',
  'Dynamic Programming',
  'shortest  path',
  'Shortest Path',
  'binary search',
  'time complexity',
  'O(1)',
  'o(N log n)',
  'O(V+E)',
  'O(x)',
  '\u017fql',
  '\u017fhortest path',
  '\u212a',
  'a',
  '_',
  ' ',
  '\n',
  'my',
];

test('the quick pre-check changes no verdict', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 8 }), (some) => {
      const prompt = some.join('');
      assert.equal(isReasonedCode(prompt), plainly.test(prompt), prompt);
    }),
    { numRuns: 2_000 },
  );
});

test('recognises algorithms, SQL and boilerplate, but not parts of other words', () => {
  for (const said of ['Write SQL for this', 'an ALGORITHM', 'sort in O(n log n)', 'a CRUD page'])
    assert.ok(isReasonedCode(said), said);
  for (const said of ['mysqldump fails', 'crudely put', 'logarithms', 'no(1)'])
    assert.ok(!isReasonedCode(said), said);
});
