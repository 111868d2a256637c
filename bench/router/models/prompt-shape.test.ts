import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { shapeScanner, shapeWidth } from './prompt-shape.ts';
import { countWords, placeShift, rarityByByte, wordCountBytes, wordHash } from './word-rarity.ts';

const prompts = [...Array.from({ length: 200 }, () => 'what is the name of it'), 'the zygote', 'the quark'];
const places = 32_768;
const counts = countWords(prompts, { index: [...prompts.keys()], places });
const rarity = (word: string, own = false) =>
  rarityByByte(counts.rows, { own })[counts.places[wordHash(word) >>> placeShift(places)] ?? 0] ?? 0;
const scan = shapeScanner(counts);
const shapeOf = (prompt: string) => [...scan(prompt)];

test('a word is rarer the fewer prompts contain it, and an unseen one is the rarest', () => {
  assert.ok(rarity('the') < rarity('name') && rarity('name') < rarity('zygote'));
  assert.ok(rarity('zygote') < rarity('phlogiston'));
  assert.ok(Math.abs(rarity('name') - Math.log(202.5 / 200.5)) < 0.05);
});

test('the words of a counted prompt are as rare as in a new one', () => {
  assert.equal(rarity('zygote', true), rarity('phlogiston'));
  assert.ok(wordCountBytes(counts) <= places + 8);
});

test('the shape has the same number of values for any prompt, and equal values for equal forms', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (prompt) => {
      const shape = shapeOf(prompt);
      assert.equal(shape.length, shapeWidth);
      assert.ok(shape.every(Number.isFinite));
    }),
  );
  assert.deepEqual(shapeOf('the quark?\nA. 12\nB. 34'), shapeOf('the quark?\nA. 56\nB. 78\nAnswer:'));
  assert.notDeepEqual(shapeOf('the quark?\nA. 12\nB. 34'), shapeOf('the quark?\nA. 12\nB. many'));
  assert.notDeepEqual(shapeOf('the quark is\nA. 12'), shapeOf('the quark is NOT\nA. 12'));
});

test('reads both ends of a long prompt', () => {
  const long = `A question. ${'x '.repeat(500_000)} Which of the following?`;
  assert.deepEqual(shapeOf(long), shapeOf(`${long.slice(0, 8192)} ${long.slice(-8192)}`));
});
