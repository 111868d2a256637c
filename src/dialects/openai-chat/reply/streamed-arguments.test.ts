import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { streamedArguments } from './streamed-arguments.ts';

/** Returns what is told of arguments that come in these pieces. */
function told(pieces: readonly string[]): string {
  const args = streamedArguments();
  return pieces.map((piece) => args.add(piece)).join('') + args.release();
}

/** Few keys and characters, so that parts of the arguments look like the whole. */
const small = fc.constantFrom('a', 'b', '{', '"', '\\', '{"a":');
const { args: objects } = fc.letrec((tie) => ({
  args: fc.dictionary(small, tie('value'), { maxKeys: 3 }),
  value: fc.oneof(
    { depthSize: 'small' },
    small,
    fc.nat(20),
    tie('args'),
    fc.array(tie('value'), { maxLength: 3 }),
  ),
}));
const cutText = fc
  .tuple(objects, fc.boolean())
  .map(([value, isWide]) => JSON.stringify(value, null, isWide ? 1 : 0))
  .chain((text) => fc.tuple(fc.constant(text), fc.uniqueArray(fc.nat(text.length), { maxLength: 9 })))
  .map(([text, cuts]) => ({ text, cuts: cuts.toSorted((a, b) => a - b) }));

test('arguments are told as they come, however they are cut', () => {
  fc.assert(
    fc.property(cutText, ({ text, cuts }) => {
      const pieces = [0, ...cuts].map((from, at) => text.slice(from, cuts[at]));
      assert.equal(told(pieces), text);
    }),
    { numRuns: 2_000 },
  );
});

test('pieces that repeat all before them are told once, if the first is not cut where a value begins', () => {
  fc.assert(
    fc.property(cutText, ({ text, cuts }) => {
      const pieces = [1, ...cuts.filter((cut) => cut > 1), text.length].map((to) => text.slice(0, to));
      assert.equal(told(pieces), text);
    }),
    { numRuns: 2_000 },
  );
});

test('whole arguments that come again after their pieces are told once', () => {
  fc.assert(
    fc.property(cutText, ({ text, cuts }) => {
      const pieces = [0, ...cuts].map((from, at) => text.slice(from, cuts[at]));
      assert.equal(told([...pieces, text]), text);
    }),
    { numRuns: 2_000 },
  );
});

test('an empty object in front of the arguments is left out, and is told where nothing follows', () => {
  assert.equal(told(['{}', '{"a"', ':1}']), '{"a":1}');
  assert.equal(told(['', '{}', '']), '{}');
  assert.equal(told(['{}', '\n']), '{}');
  const args = streamedArguments();
  assert.equal(args.add('{}'), '');
  assert.equal(args.areWhole(), true);
  assert.equal(args.release(), '{}');
  assert.equal(args.release(), '');
});
