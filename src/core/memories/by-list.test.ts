import assert from 'node:assert/strict';
import { test } from 'node:test';
import { byList } from './by-list.ts';

test('computes a list only once, and an equal list separately', () => {
  const asked: (readonly number[])[] = [];
  const sum = byList((list: readonly number[]) => {
    asked.push(list);
    return list.reduce((total, one) => total + one, 0);
  });
  const first = [1, 2];
  assert.deepEqual([sum(first), sum(first), sum([1, 2])], [3, 3, 3]);
  assert.equal(asked.length, 2);
});

test('remembers the latest of many lists, each with its own value', () => {
  let made = 0;
  const length = byList((list: readonly number[]) => {
    made += 1;
    return list.length;
  });
  const lists = Array.from({ length: 9 }, (_, count) => Array.from({ length: count }, () => 0));
  for (const list of [...lists, ...lists]) assert.equal(length(list), list.length);
  const before = made;
  for (const list of lists.slice(-3)) assert.equal(length(list), list.length);
  assert.equal(made, before);
});
