import assert from 'node:assert/strict';
import { test } from 'node:test';
import { didYouMean, suggestion } from './did-you-mean.ts';

test('suggests the nearest names', () => {
  assert.equal(didYouMean('sonet', ['sonnet', 'opus']), 'did you mean "sonnet"?');
  assert.equal(didYouMean('haiuk', ['haiku', 'hail', 'opus']), 'did you mean "haiku" or "hail"?');
  assert.equal(didYouMean('haiuk', ['haiku', 'hail', 'opus'], { most: 1 }), 'did you mean "haiku"?');
  assert.equal(suggestion(['a', 'b', 'c']), 'did you mean "a", "b" or "c"?');
});

test('lists the known names, or gives other advice, if none is near', () => {
  assert.equal(didYouMean('zebra', ['sonnet', 'opus']), 'known: sonnet, opus');
  assert.equal(didYouMean('zebra', []), 'known: none');
  assert.equal(didYouMean('zebra', ['sonnet', 'opus'], { otherwise: 'see the list' }), 'see the list');
});

test('shortens a long list', () => {
  const many = Array.from({ length: 31 }, (_, index) => `n${index}`);
  assert.match(didYouMean('zebra', many), /^known: n0, .*, n29 …$/);
});
