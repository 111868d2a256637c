import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../../core/json/json.ts';
import { supportedSchema } from './supported-schema.ts';

const text = { type: 'string' };

test('lists, unions, value sets and definitions are enforced at every depth', () => {
  const row = {
    type: 'object',
    properties: {
      kind: { title: 'Kind', enum: ['new', 'used'], default: 'new' },
      version: { const: 2 },
      due: { anyOf: [{ type: 'string', format: 'date' }, { type: 'null' }] },
      size: { oneOf: [{ type: 'integer' }, { $ref: '#/$defs/size' }] },
      both: { allOf: [{ $ref: '#/$defs/size' }, { $ref: '#/definitions/old' }] },
    },
    required: ['kind'],
  };
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    description: 'A stock',
    properties: { rows: { type: 'array', items: row, minItems: 1 } },
    required: ['rows'],
    $defs: { size: { type: 'object', properties: { width: { type: 'number' } } } },
    definitions: { old: text },
  };
  const { oneOf, ...size } = row.properties.size;
  assert.deepEqual(supportedSchema(schema), {
    schema: {
      type: 'object',
      description: 'A stock',
      properties: {
        rows: {
          type: 'array',
          items: {
            ...row,
            properties: { ...row.properties, size: { ...size, anyOf: oneOf } },
            additionalProperties: false,
          },
          minItems: 1,
        },
      },
      required: ['rows'],
      $defs: { size: { ...schema.$defs.size, additionalProperties: false } },
      definitions: { old: text },
      additionalProperties: false,
    },
    stated: [],
    freeKeys: false,
    recursive: false,
  });
});

test('a constraint that Anthropic does not enforce is added to the description', () => {
  const described = (schema: JsonObject) => supportedSchema({ properties: { value: schema } });
  const { schema, stated } = described({
    ...text,
    description: 'A name',
    minLength: 2,
    pattern: '^a',
  });
  assert.deepEqual(schema.properties, {
    value: { ...text, description: 'A name (minLength: 2, pattern: "^a")' },
  });
  assert.deepEqual(stated, ['minLength', 'pattern']);
  for (const [keyword, value] of [
    ['format', 'phone'],
    ['minItems', 2],
    ['maxItems', 1],
    ['uniqueItems', true],
    ['not', {}],
  ] as const) {
    const { schema: made, stated: named } = described({ [keyword]: value });
    const remark = { description: `(${keyword}: ${JSON.stringify(value)})` };
    assert.deepEqual([made.properties, named], [{ value: remark }, [keyword]]);
  }
});

test('the formats that Anthropic knows are enforced', () => {
  for (const format of [
    'date-time',
    'time',
    'date',
    'duration',
    'email',
    'hostname',
    'uri',
    'ipv4',
    'ipv6',
    'uuid',
  ]) {
    const schema = { ...text, format };
    assert.deepEqual(supportedSchema(schema).schema, schema);
  }
  for (const minItems of [0, 1]) {
    const schema = { type: 'array', items: text, minItems };
    assert.deepEqual(supportedSchema(schema).schema, schema);
  }
});

test('an object whose properties are all named is closed', () => {
  for (const schema of [
    { type: 'object', properties: { a: text } },
    { type: 'object', properties: {} },
    { type: 'object', additionalProperties: false },
    { type: ['object', 'null'], properties: { a: text } },
    { type: 'object', properties: { a: text }, patternProperties: {} },
    { properties: { a: text } },
  ]) {
    const { schema: made, freeKeys } = supportedSchema({ type: 'array', items: schema });
    const { additionalProperties } = Object(made.items);
    assert.deepEqual([additionalProperties, freeKeys], [false, false], JSON.stringify(schema));
  }
});

test('an object that allows other properties than the named ones has free keys', () => {
  for (const schema of [
    { type: 'object' },
    { type: 'object', additionalProperties: true },
    { type: 'object', additionalProperties: text },
    { type: 'object', properties: { a: text }, additionalProperties: {} },
    { type: 'object', patternProperties: { '^x-': text } },
    { type: 'object', properties: { a: text }, patternProperties: { '^x-': text } },
    { type: 'object', patternProperties: { '^x-': text }, additionalProperties: false },
    { type: ['object', 'null'] },
    { type: ['object', 'null'], additionalProperties: text },
    { type: ['null', 'object'], properties: { a: text }, additionalProperties: true },
    { additionalProperties: text },
    { patternProperties: { '^x-': text } },
  ]) {
    const { schema: made, freeKeys } = supportedSchema({ type: 'array', items: schema });
    const { additionalProperties } = Object(made.items);
    assert.deepEqual([additionalProperties, freeKeys], [false, true], JSON.stringify(schema));
  }
  for (const schema of [text, { type: ['string', 'null'] }, { type: 'string', additionalProperties: true }]) {
    assert.deepEqual(supportedSchema(schema).freeKeys, false, JSON.stringify(schema));
  }
});
