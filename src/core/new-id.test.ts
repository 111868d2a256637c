import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { idMaker } from './new-id.ts';

test('ids sort in the order in which they were made, also within a millisecond and after the clock was set back', () => {
  let at = 1_900_000_000_000;
  const newId = idMaker(() => at, randomBytes);
  const ids: string[] = [];
  const make = (count: number) => {
    for (let made = 0; made < count; made += 1) ids.push(newId('req'));
  };
  make(200_000);
  at += 1;
  make(10);
  at -= 3_600_000;
  make(10);
  at += 7_200_000;
  make(10);
  assert.deepEqual(ids, ids.toSorted());
  assert.equal(new Set(ids).size, ids.length);
  for (const id of ids) assert.match(id, /^req_[0-9a-f]{32}$/);
  assert.equal(
    Number.parseInt(ids.at(-1)?.slice(4, 16) ?? '', 16),
    at,
    'twelve digits of milliseconds come first',
  );
});

test('two processes that make ids in the same millisecond make different ones', () => {
  const at = () => 1_900_000_000_000;
  const [one, other] = [idMaker(at, randomBytes), idMaker(at, randomBytes)];
  const ids = Array.from({ length: 1000 }, () => [one('trace'), other('trace')]).flat();
  assert.equal(new Set(ids).size, ids.length);
});
