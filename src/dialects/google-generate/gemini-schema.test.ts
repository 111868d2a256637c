import assert from 'node:assert/strict';
import { test } from 'node:test';
import { geminiSchema } from './gemini-schema.ts';

const text = { type: 'string' };
const $defs = { E: { type: 'string', enum: ['a', 'b'] } };

test('what Gemini refuses beside a reference is described, and a constraint among it is named', () => {
  const reference = { $ref: '#/$defs/E', description: 'Which.', default: 'a' };
  const found = (beside: object) => ({
    type: 'object',
    properties: {
      $ref: text,
      one: { ...reference, ...beside },
      many: { type: 'array', items: { ...beside, $ref: '#/$defs/E' } },
    },
    $defs,
  });
  assert.deepEqual(geminiSchema(found({ title: 'T', nullable: true })), {
    schema: {
      type: 'object',
      properties: {
        $ref: text,
        one: { ...reference, description: 'Which. (title: "T", nullable: true)' },
        many: { type: 'array', items: { $ref: '#/$defs/E', description: '(title: "T", nullable: true)' } },
      },
      $defs,
    },
    stated: ['nullable'],
  });
  assert.deepEqual(geminiSchema(found({ title: 'T' })).stated, []);
  assert.deepEqual(geminiSchema(found({})), { schema: found({}), stated: [] });
});

test('the definitions beside a reference at the top stay', () => {
  const schema = {
    $ref: '#/definitions/E',
    definitions: $defs,
    $schema: 'http://json-schema.org/draft-07/schema#',
  };
  assert.deepEqual(geminiSchema(schema), { schema, stated: [] });
});

test('properties that a schema requires and does not define are described', () => {
  const properties = { a: text, b: text, required: { type: 'object', required: ['c'] } };
  const { schema, stated } = geminiSchema({
    type: 'object',
    description: 'Looks.',
    properties,
    required: ['a', 'zzz'],
    anyOf: [{ required: ['a'] }, { properties: { b: text }, required: ['b'] }],
  });
  assert.deepEqual(schema, {
    type: 'object',
    description: 'Looks. (required: ["zzz"])',
    properties: { ...properties, required: { type: 'object', description: '(required: ["c"])' } },
    required: ['a'],
    anyOf: [{ description: '(required: ["a"])' }, { properties: { b: text }, required: ['b'] }],
  });
  assert.deepEqual(stated, ['required']);
});
