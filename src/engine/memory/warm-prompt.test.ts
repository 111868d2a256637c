import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noUsage, type Usage } from '../../core/money/usage.ts';
import { warmAfter } from './warm-prompt.ts';

const used = (usage: Partial<Usage>): Usage => ({ ...noUsage, output: 50, ...usage });

test('a model whose cache writes are billed has in its cache what it read and wrote there', () => {
  const billed = { reportsWrites: true };
  assert.equal(warmAfter(used({ input: 30_000 }), undefined, billed).tokens, 0);
  assert.equal(warmAfter(used({ input: 100, cacheWrite: 29_900 }), undefined, billed).tokens, 29_900);
  const further = used({ input: 10, cacheRead: 29_900, cacheWrite: 200, cacheWriteLong: 90 });
  assert.equal(warmAfter(further, undefined, billed).tokens, 30_190);
});

test('a provider that caches by itself is believed until its model misses a prompt that it should have cached', () => {
  const byItself = { reportsWrites: false };
  const first = warmAfter(used({ input: 5_000 }), undefined, byItself);
  assert.equal(first.tokens, 5_000);
  const hit = warmAfter(used({ input: 200, cacheRead: 5_000 }), first, byItself);
  assert.equal(hit.tokens, 5_200);
  const missed = warmAfter(used({ input: 5_200 }), first, byItself);
  assert.equal(missed.tokens, 0);
  const still = warmAfter(used({ input: 5_400 }), missed, byItself);
  assert.equal(still.tokens, 0);
  assert.equal(warmAfter(used({ input: 100, cacheRead: 5_400 }), still, byItself).tokens, 5_500);
  assert.equal(warmAfter(used({ input: 100 }), undefined, byItself).tokens, 0, 'too short to be cached');
});
