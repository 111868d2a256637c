import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  array,
  assert as holds,
  constantFrom,
  dictionary,
  letrec,
  oneof,
  property,
  record,
  string,
} from 'fast-check';
import type { JsonObject, JsonValue } from '../../../core/json/json.ts';
import { joinPiece } from './join-piece.ts';

function joined(pieces: readonly JsonObject[]): JsonObject {
  const whole: JsonObject = {};
  for (const piece of pieces) joinPiece(whole, piece);
  return whole;
}

const members = constantFrom('content', 'refusal', 'transcript');
const pieces = array(
  record(
    {
      role: constantFrom('assistant'),
      texts: dictionary(members, string()),
      lists: dictionary(members, array(string())),
      nothing: constantFrom(null),
    },
    { requiredKeys: [] },
  ),
);

test('the pieces of texts and lists are joined in their order, whatever objects they are in', () => {
  holds(
    property(pieces, (all) => {
      const whole = joined(all);
      for (const member of ['content', 'refusal', 'transcript']) {
        const texts = all.flatMap((piece) => piece.texts?.[member] ?? []);
        const lists = all.flatMap((piece) => piece.lists?.[member] ?? []);
        const said = whole.texts as Record<string, string> | undefined;
        const listed = whole.lists as Record<string, string[]> | undefined;
        assert.equal(said?.[member] ?? '', texts.join(''));
        assert.deepEqual(listed?.[member] ?? [], lists);
      }
      assert.equal(whole.role ?? 'none', all.some(({ role }) => role) ? 'assistant' : 'none');
    }),
  );
});

test('the pieces are the same afterwards, and a null or an empty piece anywhere changes nothing', () => {
  holds(
    property(pieces, (all) => {
      const before = JSON.stringify(all);
      const whole = joined(all);
      assert.equal(JSON.stringify(all), before);
      const nulls = Object.fromEntries(Object.keys(whole).map((member) => [member, null]));
      assert.deepEqual(joined(all.flatMap((piece) => [{}, piece, nulls])), whole);
    }),
  );
});

const foreign = letrec<{ object: JsonObject; value: JsonValue }>((tie) => ({
  object: dictionary(
    constantFrom('__proto__', 'constructor', 'prototype', 'toString', 'content'),
    tie('value'),
    { maxKeys: 3, noNullPrototype: true },
  ),
  value: oneof(
    { maxDepth: 4, withCrossShrink: true },
    constantFrom(null, 'text', 1),
    array(constantFrom('text')),
    tie('object'),
  ),
})).object;

test('members are joined as any others where all objects have them by their prototype, which stays as it is', () => {
  const before = Object.getOwnPropertyDescriptors(Object.prototype);
  holds(
    property(foreign, foreign, (first, second) => {
      const whole = joined([first, second]);
      assert.deepEqual(Object.getOwnPropertyDescriptors(Object.prototype), before);
      assert.deepEqual(new Set(Object.keys(whole)), new Set([...Object.keys(first), ...Object.keys(second)]));
      assert.equal(JSON.stringify(joined([first])), JSON.stringify(first));
      assert.equal(Object.getPrototypeOf(whole), Object.prototype);
    }),
  );
});
