import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plainSchema } from './plain-schema.ts';

const text = { type: 'string' };
const list = { type: 'array' };
const anyList = { type: 'array', items: {} };

test('a schema that every provider reads is returned itself', () => {
  const schema = {
    type: 'object',
    properties: { at: text, of: { type: 'array', items: { anyOf: [text, { type: 'null' }] } } },
    required: ['at'],
    additionalProperties: false,
    $defs: { pair: { type: 'array', prefixItems: [text, text], items: text } },
    default: null,
  };
  assert.equal(plainSchema(schema), schema);
});

test('an array gets empty `items` at any depth', () => {
  const found = {
    properties: { list, nested: { type: 'object', properties: { list } } },
    anyOf: [list, { type: ['array', 'null'] }],
    $defs: { rows: { type: 'array', items: list } },
    additionalProperties: list,
  };
  assert.deepEqual(plainSchema(found), {
    properties: { list: anyList, nested: { type: 'object', properties: { list: anyList } } },
    anyOf: [anyList, { type: ['array', 'null'], items: {} }],
    $defs: { rows: { type: 'array', items: anyList } },
    additionalProperties: anyList,
  });
});

test('a property called `items` or `required` is a property', () => {
  const schema = { type: 'object', properties: { items: text, required: { type: 'boolean' } } };
  assert.equal(plainSchema(schema), schema);
});

test('a list of `items` becomes `prefixItems`', () => {
  assert.deepEqual(plainSchema({ type: 'array', items: [text, list] }), {
    type: 'array',
    prefixItems: [text, anyList],
    items: {},
  });
  assert.deepEqual(plainSchema({ type: 'array', items: [text], additionalItems: false }), {
    type: 'array',
    prefixItems: [text],
    items: { not: {} },
  });
});

test('a boolean schema becomes an object', () => {
  assert.deepEqual(plainSchema({ properties: { any: true, never: false }, anyOf: [true], items: true }), {
    properties: { any: {}, never: { not: {} } },
    anyOf: [{}],
    items: {},
  });
  const open = { type: 'object', additionalProperties: true };
  assert.equal(plainSchema(open), open);
});

test('keywords that are `null` or of the wrong type are left out', () => {
  assert.deepEqual(plainSchema({ type: 'object', properties: null, required: null, description: null }), {
    type: 'object',
  });
  assert.deepEqual(plainSchema({ properties: { at: { ...text, required: true, default: null } } }), {
    properties: { at: { ...text, default: null } },
  });
  assert.deepEqual(plainSchema({ type: 'object', properties: [] }), { type: 'object' });
});

test('schemas are made plain below every keyword that holds some', () => {
  for (const keyword of ['items', 'not', 'if', 'then', 'else', 'contains', 'propertyNames'])
    assert.deepEqual(plainSchema({ [keyword]: list }), { [keyword]: anyList }, keyword);
  for (const keyword of ['anyOf', 'oneOf', 'allOf', 'prefixItems'])
    assert.deepEqual(plainSchema({ [keyword]: [text, list] }), { [keyword]: [text, anyList] }, keyword);
  for (const keyword of ['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas'])
    assert.deepEqual(plainSchema({ [keyword]: { a: list } }), { [keyword]: { a: anyList } }, keyword);
});

test('null is a value of the keywords that may hold any, and no value of others', () => {
  for (const keyword of ['const', 'default', 'example', 'examples'])
    assert.deepEqual(plainSchema({ type: 'string', [keyword]: null }), { type: 'string', [keyword]: null });
  for (const keyword of ['required', 'properties', 'anyOf', 'items', 'description', 'pattern'])
    assert.deepEqual(plainSchema({ type: 'string', [keyword]: null }), text, keyword);
});

test('a keyword that all objects have by their prototype is kept as any other', () => {
  const odd = JSON.parse('{"type":"array","__proto__":{"items":{"type":"string"}}}');
  assert.deepEqual(plainSchema(odd), { ...odd, items: {} });
});
