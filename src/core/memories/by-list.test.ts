import assert from 'node:assert/strict';
import { test } from 'node:test';
import { byList } from './by-list.ts';

test('a list that comes again is not worked through again, and an equal one is another list', () => {
  const asked: (readonly number[])[] = [];
  const sum = byList((list: readonly number[]) => {
    asked.push(list);
    return list.reduce((total, one) => total + one, 0);
  });
  const first = [1, 2];
  assert.deepEqual([sum(first), sum(first), sum([1, 2])], [3, 3, 3]);
  assert.equal(asked.length, 2);
});

test('of many lists the latest are remembered, and each gets what is its own', () => {
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
