import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../core/json/json.ts';
import { schemaInliner } from './schema-inliner.ts';

const text = { type: 'string' };

test('parts stand in the place of the references to them, with what is beside the references', () => {
  const city = { type: 'object', properties: { name: text } };
  const place = { type: 'object', description: 'Anywhere', properties: { city: { $ref: '#/$defs/city' } } };
  const inPlace = { ...place, properties: { city } };
  const properties = {
    home: { $ref: '#/$defs/place', description: 'Where they live' },
    seen: { type: 'array', items: { anyOf: [{ $ref: '#/$defs/place' }, { type: 'null' }] } },
    twin: { $ref: '#/properties/seen' },
  };
  const seen = { type: 'array', items: { anyOf: [inPlace, { type: 'null' }] } };
  assert.deepEqual(schemaInliner()({ type: 'object', properties, $defs: { city, place } }), {
    type: 'object',
    properties: { home: { ...inPlace, description: 'Where they live' }, seen, twin: seen },
  });
});

test('a schema without references, or with ones that point nowhere, is the same', () => {
  const plain = { type: 'object', properties: { at: text }, $defs: { unused: text } };
  assert.equal(schemaInliner()(plain), plain);
  const lost = { type: 'object', properties: { at: { $ref: '#/$defs/lost' }, $ref: text }, $defs: { text } };
  assert.deepEqual(schemaInliner()(lost), lost);
});

test('a part that contains itself is written once, and refers to its definition from there', () => {
  const node = { type: 'object', properties: { value: text, next: { $ref: '#/$defs/node' } } };
  const schema = { type: 'object', properties: { first: { $ref: '#/$defs/node' } }, $defs: { node } };
  assert.deepEqual(schemaInliner()(schema), { ...schema, properties: { first: node } });
  const root = { type: 'object', properties: { again: { $ref: '#' } } };
  assert.deepEqual(schemaInliner()(root), root);
});

test('a schema whose parts double or lead far stays as it is', { timeout: 5_000 }, () => {
  const chain = (count: number, member: (reference: JsonObject) => JsonObject): JsonObject => ({
    type: 'object',
    properties: { first: { $ref: '#/$defs/0' } },
    $defs: Object.fromEntries(
      Array.from({ length: count }, (_, at) => [String(at), member({ $ref: `#/$defs/${at + 1}` })]),
    ),
  });
  for (const schema of [
    chain(60, (next) => ({ properties: { left: next, right: next } })),
    chain(20_000, (next) => ({ properties: { next } })),
  ])
    assert.equal(schemaInliner()(schema), schema);
});

/** An object with so many properties that all refer to one part. */
function sharing(part: JsonObject, count: number): JsonObject {
  const properties = Object.fromEntries(
    Array.from({ length: count }, (_, at) => [at, { $ref: '#/$defs/part' }]),
  );
  return { type: 'object', properties, $defs: { part } };
}

test(
  'a schema that refers to long lists, texts or names many times stays as it is',
  { timeout: 5_000 },
  () => {
    const long = 'x'.repeat(1_000);
    for (const part of [
      { type: 'string', enum: Array.from({ length: 20_000 }, (_, at) => at.toString(36)) },
      { type: 'string', description: long },
      { type: 'object', properties: { [long]: text } },
      { const: Array.from({ length: 500 }, () => []) },
    ]) {
      const schema = sharing(part, 2_000);
      assert.equal(schemaInliner()(schema), schema);
    }
    const inline = schemaInliner();
    const grown = Array.from({ length: 200 }, () => inline(sharing({ description: long }, 200)));
    assert.equal(grown.filter(({ $defs }) => $defs === undefined).length, 4);
    assert.equal(inline(sharing(text, 1)).$defs, undefined);
  },
);

test('a large schema is inlined', () => {
  const large = {
    type: 'object',
    properties: Object.fromEntries(Array.from({ length: 40 }, (_, at) => [at, text])),
  };
  const { properties } = schemaInliner()(sharing(large, 100));
  assert.deepEqual(properties, Object.fromEntries(Array.from({ length: 100 }, (_, at) => [at, large])));
});
