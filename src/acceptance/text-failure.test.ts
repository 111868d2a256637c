import assert from 'node:assert/strict';
import { test } from 'node:test';
import { textFailure, type FoundFailure } from './text-failure.ts';

test('a schema that there is no room on the stack to read never counts as satisfied', () => {
  const found: FoundFailure = { at: 0, says: 'the whole: Invalid input: expected object, received string' };
  let tooDeep = 0;
  /** Fills the stack, and asks from each depth, the deepest first, until there is room. */
  function fill(): FoundFailure {
    const deeper = attempt(fill);
    if (deeper !== 'too deep') return deeper;
    const failure = attempt(() => textFailure([{ text: '"x"', schema: { type: 'object' } }]));
    if (failure !== 'too deep') return failure;
    tooDeep += 1;
    throw new RangeError('still too deep');
  }
  assert.deepEqual(fill(), found);
  assert.ok(tooDeep > 0);
});

test('of a schema with keywords that cannot be read, the others still count', () => {
  const text = (value: unknown) => JSON.stringify(value);
  const day = { type: 'object', required: ['day'], properties: { day: { type: 'integer' } } };
  const noDay = { at: 0, says: 'day: Invalid input: expected number, received string' };
  for (const unread of [
    { not: { required: ['hour'] } },
    { if: { required: ['hour'] }, else: { required: ['minute'] } },
    { dependentRequired: { hour: ['minute'] } },
    { unevaluatedProperties: false },
  ]) {
    assert.deepEqual(textFailure([{ text: text({ day: 'x' }), schema: { ...day, ...unread } }]), noDay);
    assert.equal(textFailure([{ text: text({ day: 1 }), schema: { ...day, ...unread } }]), undefined);
  }
  const below = {
    type: 'object',
    properties: {
      not: { type: 'integer', not: { const: 1 } },
      other: { $ref: 'https://lab.example/schema.json' },
      word: { type: 'string', pattern: '(?<' },
      one: { type: 'array', items: { $ref: '#/$defs/one' }, contains: { not: { const: 3 } }, maxContains: 1 },
    },
    $defs: { one: { oneOf: [{ type: 'integer' }, { type: ['integer', 'string'], not: { const: 1 } }] } },
  };
  const fits = { not: 2, other: true, word: 'x', one: [1, 3] };
  assert.equal(textFailure([{ text: text(fits), schema: below }]), undefined);
  for (const wrong of [{ not: 'x' }, { word: 1 }, { one: [true] }]) {
    const found = textFailure([{ text: text({ ...fits, ...wrong }), schema: below }]);
    assert.ok(typeof found === 'object' && found.says.startsWith(Object.keys(wrong)[0] ?? '?'), text(wrong));
  }
});

test('a schema of an older draft is read by the definitions that it has, also if it does not name its draft', () => {
  const schema = {
    type: 'object',
    properties: { day: { $ref: '#/definitions/day' } },
    definitions: { day: { type: 'integer' } },
  };
  assert.equal(textFailure([{ text: '{"day":1}', schema }]), undefined);
  assert.deepEqual(textFailure([{ text: '{"day":"x"}', schema }]), {
    at: 0,
    says: 'day: Invalid input: expected number, received string',
  });
});

test('a schema that cannot be read at all says nothing about JSON; other schemas and broken JSON still count', () => {
  const unreadable = { type: 'objekt' };
  assert.equal(textFailure([{ text: '{}', schema: unreadable }]), 'unknown');
  assert.deepEqual(textFailure([{ text: '{', schema: unreadable }]), { at: 0, says: 'not JSON' });
  const found = textFailure([
    { text: '{}', schema: unreadable },
    { text: '"x"', schema: { type: 'integer' } },
  ]);
  assert.equal(typeof found === 'object' && found.at, 1);
});

function attempt<T>(work: () => T): T | 'too deep' {
  try {
    return work();
  } catch (error) {
    assert.ok(error instanceof RangeError);
    return 'too deep';
  }
}
