import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { shapeOf } from './prompt-shape.ts';
import { countWords, raritiesOf, wordCountBytes } from './word-rarity.ts';

const prompts = [...Array.from({ length: 200 }, () => 'what is the name of it'), 'the zygote', 'the quark'];
const counts = countWords(prompts, [...prompts.keys()]);
const rarity = (word: string, own = false) => raritiesOf(word, counts, { own })[0] ?? 0;

test('a word is as rare as prompts with it are few, whatever its case, and one never met is the rarest', () => {
  assert.ok(rarity('the') < rarity('name') && rarity('NAME') < rarity('zygote'));
  assert.ok(rarity('zygote') < rarity('phlogiston'));
  assert.ok(Math.abs(rarity('name') - Math.log(202.5 / 200.5)) < 0.05);
});

test('a prompt that was counted itself finds its own words as rare as a new one would', () => {
  assert.equal(rarity('zygote', true), rarity('phlogiston'));
  assert.ok(wordCountBytes(counts) <= 65_536 + 8);
});

test('the shape is numbers without the words: as many for any prompt, the same for the same form', () => {
  const width = shapeOf('', counts).length;
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (prompt) => {
      const shape = shapeOf(prompt, counts);
      assert.equal(shape.length, width);
      assert.ok(shape.every(Number.isFinite));
    }),
  );
  assert.deepEqual(shapeOf('the quark?\nA. 12\nB. 34', counts), shapeOf('the quark?\nA. 56\nB. 78', counts));
  assert.notDeepEqual(
    shapeOf('the quark?\nA. 12\nB. 34', counts),
    shapeOf('the quark?\nA. 12\nB. many', counts),
  );
});

test('of a long prompt both ends are read, at no more cost than of a short one', () => {
  const long = `A question. ${'x '.repeat(500_000)} Which of the following?`;
  assert.deepEqual(shapeOf(long, counts), shapeOf(`${long.slice(0, 8192)} ${long.slice(-8192)}`, counts));
});
