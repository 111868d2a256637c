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

test('a word is as rare as prompts with it are few, and one never met is the rarest', () => {
  assert.ok(rarity('the') < rarity('name') && rarity('name') < rarity('zygote'));
  assert.ok(rarity('zygote') < rarity('phlogiston'));
  assert.ok(Math.abs(rarity('name') - Math.log(202.5 / 200.5)) < 0.05);
});

test('a prompt that was counted itself finds its own words as rare as a new one would', () => {
  assert.equal(rarity('zygote', true), rarity('phlogiston'));
  assert.ok(wordCountBytes(counts) <= places + 8);
});

test('the shape is as many numbers for any prompt, the same for the same form', () => {
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

test('of a long prompt both ends are read', () => {
  const long = `A question. ${'x '.repeat(500_000)} Which of the following?`;
  assert.deepEqual(shapeOf(long), shapeOf(`${long.slice(0, 8192)} ${long.slice(-8192)}`));
});
