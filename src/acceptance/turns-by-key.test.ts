import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TurnsByKey } from './turns-by-key.ts';

test('keys get their turns one after another, however much one of them has waiting', () => {
  const turns = new TurnsByKey<string>();
  for (const item of ['a1', 'a2', 'a3', 'b1', 'b2', 'c1', 'c2', 'a4']) turns.add(item.slice(0, 1), item);
  turns.remove('c', 'c1');
  assert.deepEqual([turns.take(), turns.take()], ['a1', 'b1']);
  turns.remove('b', 'b2');
  turns.add('d', 'd1');
  turns.add('b', 'b3');
  const rest = Array.from({ length: 7 }, () => turns.take());
  assert.deepEqual(rest, ['c2', 'a2', 'd1', 'b3', 'a3', 'a4', undefined]);
});
