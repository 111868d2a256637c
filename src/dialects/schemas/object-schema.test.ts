import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ModelRequest } from '../../core/wire/request.ts';
import anthropic from '../anthropic-messages/index.ts';
import bedrock from '../bedrock-converse/index.ts';
import { isObjectSchema, objectSchema, withProperties } from './object-schema.ts';

const text = { type: 'string' };
const number = { type: 'number' };

test('an object schema only gets the `type` and the `properties` that it lacks', () => {
  const schema = { properties: { at: text }, additionalProperties: false };
  assert.deepEqual(objectSchema(schema), { schema: { type: 'object', ...schema }, stated: [] });
  assert.deepEqual(objectSchema({ type: 'object' }).schema, { type: 'object', properties: {} });
  assert.deepEqual(withProperties({}), { type: 'object', properties: {} });
  for (const whole of [{ type: 'object', properties: { at: text } }, { type: 'array' }, { anyOf: [schema] }])
    assert.equal(withProperties(whole), whole);
});

test('a reference at the top is replaced by what it stands for', () => {
  const $defs = { place: { type: 'object', properties: { at: text } } };
  assert.deepEqual(objectSchema({ $ref: '#/$defs/place', $defs }).schema, { $defs, ...$defs.place });
});

test('a chain of references is followed to its end, and a circle ends', () => {
  const place = { type: 'object', properties: { at: text } };
  const $defs = { near: { $ref: '#/$defs/place' }, place };
  assert.deepEqual(objectSchema({ $ref: '#/$defs/near', $defs }).schema, { $defs, ...place });
  const either = objectSchema({ $defs, anyOf: [{ $ref: '#/$defs/near' }] }).schema;
  assert.deepEqual(either.properties, place.properties);
  const circle = { $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/a' } } };
  assert.deepEqual(objectSchema(circle).schema, circle);
  assert.deepEqual(objectSchema({ $ref: '#' }).schema, { $ref: '#' });
});

test('`enum` and `not` at the top, and a type that allows no object, go into the description', () => {
  const of = { type: 'object', properties: { at: text }, required: ['at'], additionalProperties: false };
  for (const [keyword, value] of [
    ['enum', [{ at: 'sky' }]],
    ['not', { required: ['by'] }],
  ] as const) {
    const { schema, stated } = objectSchema({ ...of, [keyword]: value });
    assert.deepEqual(stated, [keyword]);
    assert.deepEqual(schema, { ...of, description: `(${keyword}: ${JSON.stringify(value)})` });
    assert.equal(isObjectSchema({ ...of, [keyword]: value }), false);
  }
  assert.deepEqual(objectSchema({ type: 'array', items: text }), {
    schema: { type: 'object', description: '(type: "array")', properties: {}, items: text },
    stated: ['type'],
  });
  assert.equal(isObjectSchema(of), true);
});

test('the input of a tool that may also be `null` is an object', () => {
  const { schema, stated } = objectSchema({ type: ['object', 'null'], properties: { at: text } });
  assert.deepEqual([schema, stated], [{ type: 'object', properties: { at: text } }, []]);
  assert.deepEqual(objectSchema({ type: null }).schema, { type: 'object', properties: {} });
});

test('a union at the top becomes one object with merged properties, and the union goes into the description', () => {
  const byId = { type: 'object', properties: { id: text, at: text }, required: ['id', 'at'] };
  const byName = { type: 'object', properties: { name: text, at: number }, required: ['name', 'at'] };
  const union = { anyOf: [{ $ref: '#/$defs/byId' }, byName] };
  const { schema, stated } = objectSchema({ $defs: { byId }, description: 'Finds.', ...union });
  assert.deepEqual(stated, ['anyOf']);
  assert.deepEqual(schema, {
    $defs: { byId },
    description: `Finds. (anyOf: ${JSON.stringify(union.anyOf)})`,
    type: 'object',
    properties: { id: text, name: text, at: { anyOf: [text, number] } },
    required: ['at'],
  });
  const all = objectSchema({ properties: { x: text }, required: ['x'], allOf: [byId, byName] }).schema;
  assert.deepEqual(all.required, ['x', 'id', 'at', 'name']);
  const either = { properties: { x: text }, oneOf: [{ required: ['x'] }, { required: ['y'] }] };
  assert.deepEqual(objectSchema(either).schema.properties, { x: text });
  assert.equal(objectSchema(either).schema.required, undefined);
});

test('a tool with such a schema is offered to Claude with a warning, at every provider', () => {
  const inputSchema = { anyOf: [{ type: 'object', properties: { a: text } }] };
  const request: ModelRequest = {
    model: 'm',
    stream: false,
    maxOutputTokens: 9,
    messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
    tools: [{ name: 'find', inputSchema }],
  };
  for (const [dialect, model] of [
    [anthropic, 'claude-sonnet-5'],
    [bedrock, 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'],
  ] as const) {
    const { body, warnings } = dialect.writeRequest(request, { model, quirks: {}, stream: false });
    assert.match(JSON.stringify(body), /"type":"object","description":"\(anyOf: .*"properties":\{"a"/);
    assert.match(warnings.join(), /In the schema of the tool "find", "anyOf" is described/);
  }
});

test('an answer by a schema of no object is asked for in words where it would be the input of a tool', () => {
  const request: ModelRequest = {
    model: 'm',
    stream: false,
    maxOutputTokens: 9,
    messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
    output: { type: 'json-schema', schema: { type: 'array', items: text } },
  };
  for (const [dialect, model] of [
    [anthropic, 'claude-sonnet-4-20250514'],
    [bedrock, 'amazon.nova-pro-v1:0'],
  ] as const) {
    const { body, warnings, answersByTool } = dialect.writeRequest(request, {
      model,
      quirks: {},
      stream: false,
    });
    assert.equal(answersByTool, false);
    assert.match(JSON.stringify(body.system), /valid against this JSON Schema.*array/);
    assert.match(warnings.join(), /The JSON schema was sent as an instruction/);
  }
});
