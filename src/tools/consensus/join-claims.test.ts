import assert from 'node:assert/strict';
import { test } from 'node:test';
import { joined } from './join-claims.ts';
import { weighClaims, type ClaimGroup } from './weigh-claims.ts';

const said = (speaker: string, text: string): ClaimGroup => ({
  statement: text,
  members: [{ claim: { id: `${speaker} ${text}`, speaker, text }, position: 'supports' }],
});

test('claims with the same words are one point, in which each speaker appears once', () => {
  const groups = [
    said('a', 'It is fast.'),
    said('b', 'It is quick.'),
    said('a', 'It is cheap.'),
    said('c', 'It is fast.'),
  ];
  const joining = { statement: 'It is cheap.', supports: [1, 2], opposes: [] };
  const agreement = weighClaims(joined(groups, [joining]), 3);
  const places = [...agreement.agreed, ...agreement.single].map(({ claim }) => claim);
  assert.deepEqual(places, ['It is cheap.', 'It is fast.']);
  assert.deepEqual(agreement.agreed[0]?.models, ['a', 'b']);
});

test("a point that a model only rephrases keeps its speaker's words", () => {
  const renamed = joined([said('a', 'It is fast.')], [{ statement: 'Is it?', supports: [1], opposes: [] }]);
  assert.deepEqual(renamed, [said('a', 'It is fast.')]);
});
