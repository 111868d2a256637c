import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { plainFeatures } from '../../../test/support/plain-features.ts';
import { promptScanner } from './hashed-features.ts';

const scanner = promptScanner();
const hashesOf = (prompt: string): Set<number> => {
  const { hashes, count } = scanner.scan(prompt);
  return new Set(hashes.subarray(0, count));
};
const shared = (a: Set<number>, b: Set<number>) => [...a].filter((hash) => b.has(hash)).length;

test('a prompt always has the same features, whatever was scanned before', () => {
  const first = hashesOf('Write a function that parses dates.');
  hashesOf('something else entirely');
  assert.deepEqual(hashesOf('Write a function that parses dates.'), first);
});

test('ignores case, and reduces a number to its length', () => {
  assert.ok(shared(hashesOf('add 12 apples'), hashesOf('Add 34 apples')) > 8);
  assert.deepEqual(hashesOf('add 12 apples'), hashesOf('add 34 apples'));
});

test('a word in a choice is not the same feature as the word in the question', () => {
  const asked = hashesOf('mitosis');
  assert.ok(shared(asked, hashesOf('A. mitosis')) < shared(asked, hashesOf('a mitosis')));
});

test('longer words with a common stem share a feature', () => {
  assert.ok(
    shared(hashesOf('computing'), hashesOf('computers')) >
      shared(hashesOf('computing'), hashesOf('gardeners')),
  );
});

test('reads scripts without spaces character by character', () => {
  assert.ok(hashesOf('请把这段代码改得更快').size > 15);
});

test('any text gives distinct features, at most as many as the scanner holds', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 2000 }), (prompt) => {
      const { hashes, count } = scanner.scan(prompt);
      assert.ok(count > 0 && count <= hashes.length);
      assert.equal(new Set(hashes.subarray(0, count)).size, count);
    }),
  );
});

test('reads a long prompt at both ends only', () => {
  const filler = 'lorem ipsum '.repeat(50_000);
  const long = (middle: string) =>
    hashesOf(`Review this contract. ${filler}${middle}${filler} Answer in French.`);
  const features = long('mitochondria');
  for (const word of ['contract', 'french']) assert.ok(shared(features, hashesOf(word)) >= 2, word);
  assert.deepEqual(features, long('photosensors'), 'what stands in the middle makes no difference');
});

test('one pass without strings finds the same features as the plain definition, in the same order', () => {
  const piece = fc.constantFrom(
    'A. ',
    '(b) ',
    'J) ',
    'K. ',
    'C. -7\n',
    'D. $9\n',
    'A.',
    '\n',
    '\n\n',
    ' ',
    '\t',
    '\r\n',
    '\0',
    'the ',
    'Computing ',
    'a ',
    'ÄÖ',
    'é',
    '请把',
    '→',
    '\u00a0',
    '\u3000',
    '\u{1f600}',
    '12',
    '1234567 ',
    '-5',
    '$3',
    '. ',
    ', ',
    '(',
    'x=y^2 ',
    '{',
    '|',
    '_',
  );
  const joined = fc.array(piece, { maxLength: 80 }).map((list) => list.join(''));
  fc.assert(
    fc.property(fc.oneof(joined, fc.string({ unit: 'binary', maxLength: 300 })), (prompt) => {
      const { hashes, count } = scanner.scan(prompt);
      assert.deepEqual([...hashes.subarray(0, count)], plainFeatures(prompt));
    }),
    { numRuns: 500 },
  );
});
