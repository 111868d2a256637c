import assert from 'node:assert/strict';
import { test } from 'node:test';
import { joined } from './join-claims.ts';
import { weighClaims, type ClaimGroup } from './weigh-claims.ts';

const groupOf = (speaker: string, text: string): ClaimGroup => ({
  statement: text,
  members: [{ claim: { id: `${speaker} ${text}`, speaker, text }, position: 'supports' }],
});

test('joined claims are one point, in which each speaker counts once; the others stay as they are', () => {
  const groups = [
    groupOf('a', 'It is fast.'),
    groupOf('b', 'It is quick.'),
    groupOf('a', 'Fast it is.'),
    groupOf('c', 'No.'),
  ];
  const joining = { statement: 'The speed is high.', supports: [1, 2, 3], opposes: [] };
  const { agreed, single } = weighClaims(joined(groups, [joining]), 3);
  assert.deepEqual(agreed, [{ claim: 'The speed is high.', models: ['a', 'b'] }]);
  assert.deepEqual(single, [{ claim: 'No.', models: ['c'] }]);
});

test('a claim that a model lists under two statements counts in the first', () => {
  const groups = [groupOf('a', 'Lock it.'), groupOf('b', 'Test it.'), groupOf('c', 'Lock and test it.')];
  const points = joined(groups, [
    { statement: 'A lock is needed', supports: [1, 3], opposes: [] },
    { statement: 'A test is needed', supports: [2], opposes: [3] },
  ]);
  const { agreed, disputed, single } = weighClaims(points, 3);
  assert.deepEqual(agreed, [{ claim: 'A lock is needed', models: ['a', 'c'] }]);
  assert.deepEqual(disputed, []);
  assert.deepEqual(single, [{ claim: 'Test it.', models: ['b'] }]);
});

test("a point that a model only rephrases keeps its speaker's words", () => {
  for (const sides of [
    { supports: [1], opposes: [] },
    { supports: [], opposes: [1] },
    { supports: [1], opposes: [1, 7] },
  ]) {
    const renamed = joined([groupOf('a', 'It is fast.')], [{ statement: 'Is it?', ...sides }]);
    assert.deepEqual(renamed, [groupOf('a', 'It is fast.')]);
  }
});

test('a claim that a model lists on both sides of a point makes no agreement', () => {
  const groups = [groupOf('a', 'Keep it.'), groupOf('b', 'Drop it.')];
  const [point] = joined(groups, [{ statement: 'It stays', supports: [1, 2], opposes: [2] }]);
  assert.ok(point);
  const { agreed, disputed } = weighClaims([point], 2);
  assert.deepEqual([agreed.length, disputed.length], [0, 1]);
});

test('what a model lists under one statement in several places is one point', () => {
  const groups = ['Lock it.', 'It needs a lock.', 'A lock is a must.', 'Lock the queue.', 'No.'].map(
    (text, at) => groupOf(`m${at}`, text),
  );
  const { agreed, single } = weighClaims(
    joined(groups, [
      { statement: 'A lock is needed', supports: [1, 2], opposes: [] },
      { statement: 'a lock is needed.', supports: [3], opposes: [] },
      { statement: 'A lock is needed', supports: [4], opposes: [] },
    ]),
    5,
  );
  assert.deepEqual(agreed, [{ claim: 'A lock is needed', models: ['m0', 'm1', 'm2', 'm3'] }]);
  assert.deepEqual(single, [{ claim: 'No.', models: ['m4'] }]);
});

test('a model whose claims stand on both sides of one statement, in two places, makes a dispute', () => {
  const groups = [groupOf('a', 'Keep it.'), groupOf('b', 'Leave it.'), groupOf('a', 'Drop it.')];
  const { agreed, disputed } = weighClaims(
    joined(groups, [
      { statement: 'It stays', supports: [1, 2], opposes: [] },
      { statement: 'It stays', supports: [], opposes: [3] },
    ]),
    2,
  );
  assert.deepEqual(agreed, []);
  assert.deepEqual(
    disputed.map(({ sides }) => sides.map(({ models }) => models)),
    [[['a', 'b'], ['a']]],
  );
});

test('points to which a model gives no statement stay apart', () => {
  const groups = ['Keep it.', 'Leave it.', 'It is slow.', 'It takes long.'].map((text, at) =>
    groupOf(`m${at}`, text),
  );
  const points = joined(groups, [
    { statement: '', supports: [1, 2], opposes: [] },
    { statement: ' ', supports: [3, 4], opposes: [] },
  ]);
  assert.deepEqual(
    points.map(({ members }) => members.length),
    [2, 2],
  );
});

test('a statement that a model lists once for each side is one disputed point', () => {
  const groups = [
    'Lock it.',
    'It needs a lock.',
    'A lock is a must.',
    'No lock.',
    'Locks are not needed.',
  ].map((text, at) => groupOf(`m${at}`, text));
  const { agreed, disputed, single } = weighClaims(
    joined(groups, [
      { statement: 'A lock is needed', supports: [1, 2, 3], opposes: [] },
      { statement: 'A lock is needed.', supports: [], opposes: [4, 5] },
    ]),
    5,
  );
  assert.deepEqual([agreed, single], [[], []]);
  assert.deepEqual(
    disputed.map(({ sides }) => sides.map(({ models }) => models)),
    [
      [
        ['m0', 'm1', 'm2'],
        ['m3', 'm4'],
      ],
    ],
  );
});
