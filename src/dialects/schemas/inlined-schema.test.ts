import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../core/json/json.ts';
import { inlinedSchema } from './inlined-schema.ts';

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
  assert.deepEqual(inlinedSchema({ type: 'object', properties, $defs: { city, place } }), {
    type: 'object',
    properties: { home: { ...inPlace, description: 'Where they live' }, seen, twin: seen },
  });
});

test('a schema without references, or with ones that point nowhere, is the same', () => {
  const plain = { type: 'object', properties: { at: text }, $defs: { unused: text } };
  assert.equal(inlinedSchema(plain), plain);
  const lost = { type: 'object', properties: { at: { $ref: '#/$defs/lost' }, $ref: text }, $defs: { text } };
  assert.deepEqual(inlinedSchema(lost), lost);
});

test('a part that contains itself is written once, and refers to its definition from there', () => {
  const node = { type: 'object', properties: { value: text, next: { $ref: '#/$defs/node' } } };
  const schema = { type: 'object', properties: { first: { $ref: '#/$defs/node' } }, $defs: { node } };
  assert.deepEqual(inlinedSchema(schema), { ...schema, properties: { first: node } });
  const root = { type: 'object', properties: { again: { $ref: '#' } } };
  assert.deepEqual(inlinedSchema(root), root);
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
    assert.equal(inlinedSchema(schema), schema);
});
