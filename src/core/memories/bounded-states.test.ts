import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BoundedStates } from './bounded-states.ts';

test('makes room for a new state by removing the oldest one that may be forgotten', () => {
  const states = new BoundedStates<string>({ mayForget: (state) => state !== 'kept', max: 3 });
  states.add('a', 'kept');
  states.add('b', 'old');
  states.add('c', 'newer');
  states.add('d', 'newest');
  assert.deepEqual([...states.values()], ['kept', 'newer', 'newest']);
  assert.equal(states.get('b'), undefined);
});

test('keeps more than the limit rather than a state that must not be forgotten', () => {
  const states = new BoundedStates<number>({ mayForget: () => false, max: 1 });
  states.add('a', 1);
  states.add('b', 2);
  assert.deepEqual([...states.values()], [1, 2]);
});

test('the membership changes with every added or removed id, and with nothing else', () => {
  const states = new BoundedStates<{ count: number }>({ max: 2 });
  const seen = new Set([states.membership]);
  const isNew = () => seen.size < seen.add(states.membership).size;
  states.add('a', { count: 0 }).count += 1;
  assert.equal(isNew(), true);
  states.get('a');
  states.delete('none');
  assert.equal(isNew(), false);
  states.delete('a');
  assert.equal(isNew(), true);
});
