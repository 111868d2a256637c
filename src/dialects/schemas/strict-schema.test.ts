import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../core/json/json.ts';
import { canBeStrict } from './strict-schema.ts';

const closed = (properties: JsonObject, required = Object.keys(properties)): JsonObject => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});
const text = { type: 'string' };

test('a schema is strict if its objects are closed and require all their properties', () => {
  const held: readonly JsonObject[] = [
    closed({}),
    closed({ a: text, b: { type: ['string', 'null'] } }),
    closed({ not: text, default: text, allOf: { type: 'array', items: closed({ if: text }) } }),
    { ...closed({ a: { $ref: '#/$defs/x' } }), $defs: { x: closed({ c: text }) } },
    closed({ a: { anyOf: [text, closed({ b: text })] }, b: { type: 'string', format: 'date' } }),
  ];
  for (const schema of held) assert.ok(canBeStrict(schema), JSON.stringify(schema));
});

test('an optional property, free keys or a keyword that OpenAI rejects make a schema not strict', () => {
  const lax: readonly JsonObject[] = [
    closed({ a: text, b: text }, ['a']),
    { type: 'object', properties: { a: text }, required: ['a'] },
    { type: 'object' },
    closed({ a: closed({ b: text }, []) }),
    closed({ a: { type: 'array', items: { type: 'object' } } }),
    { ...closed({ a: { $ref: '#/$defs/x' } }), $defs: { x: { type: 'object' } } },
    { anyOf: [closed({ a: text }), closed({ b: text })] },
    closed({ a: { oneOf: [text] } }),
    closed({ a: { type: 'string', default: '' } }),
    closed({ a: { type: 'string', format: 'uri' } }),
  ];
  for (const schema of lax) assert.ok(!canBeStrict(schema), JSON.stringify(schema));
});

test('each keyword that OpenAI rejects makes a schema not strict, and only the formats that it knows do not', () => {
  // https://developers.openai.com/api/docs/guides/structured-outputs
  for (const keyword of [
    'allOf',
    'oneOf',
    'not',
    'if',
    'then',
    'else',
    'dependentRequired',
    'dependentSchemas',
    'patternProperties',
    'propertyNames',
    'contains',
    'uniqueItems',
    'minLength',
    'maxLength',
    'minProperties',
    'maxProperties',
    'default',
  ])
    assert.ok(!canBeStrict(closed({ a: { type: 'string', [keyword]: 1 } })), keyword);
  const formats = ['date-time', 'time', 'date', 'duration', 'email', 'hostname', 'ipv4', 'ipv6', 'uuid'];
  for (const format of formats) assert.ok(canBeStrict(closed({ a: { type: 'string', format } })), format);
  for (const keyword of ['enum', 'const', 'pattern', 'minimum', 'multipleOf', 'minItems', 'description'])
    assert.ok(canBeStrict(closed({ a: { type: 'string', [keyword]: 1 } })), keyword);
});
