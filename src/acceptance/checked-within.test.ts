import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { JsonObject } from '../core/json/json.ts';

/** How often an object got a member by definition, as zod sets up its classes and schemas. */
let steps = 0;
/** At which of these steps the thread hangs, for longer than a check may take. */
let hangsAt = Infinity;

const { defineProperty } = Object;
Object.defineProperty = (target, key, descriptor) => {
  defineProperty(target, key, descriptor);
  step();
  return target;
};

function step(): void {
  steps += 1;
  if (steps !== hangsAt) return;
  const until = Date.now() + 20;
  while (Date.now() < until);
}

// Only now: zod begins to set up when it is imported.
const { failureInTime } = await import('./failure-in-time.ts');
const { checkedWithin } = await import('./checked-within.ts');

const keyId = 'k';

// Needs a process of its own: nothing of it may have been set up yet.
test('the first check of all may be stopped', async () => {
  const notText = { at: 0, says: 'the whole: Invalid input: expected string, received number' };
  const check = () => failureInTime([{ text: '1', schema: { type: 'string' } }], { keyId });
  [steps, hangsAt] = [0, 20];
  assert.deepEqual(await check(), notText);
  assert.ok(steps >= hangsAt);
  assert.deepEqual(await check(), notText);
});

test('a check that is stopped at whatever moment leaves the next one of the same schema as it was', async () => {
  const schema = () => ({
    type: 'object',
    properties: { day: { type: ['integer', 'null'] }, hours: { $ref: '#/$defs/hours' } },
    required: ['day'],
    $defs: { hours: { type: 'array', items: { $ref: '#/$defs/hours' } } },
  });
  const noDay = { at: 0, says: 'day: Invalid input' };
  for (const [text, found] of [
    ['{"day":"x"}', noDay],
    ['{"day":1}', undefined],
  ] as const) {
    let stops = 0;
    for (let moment = 1; moment <= 60; moment += 1) {
      const rules = [{ text, schema: schema() }];
      [steps, hangsAt] = [0, moment];
      assert.deepEqual(await failureInTime(rules, { keyId }), found, `stopped at step ${moment}`);
      if (steps >= moment) stops += 1;
      hangsAt = Infinity;
      assert.deepEqual(await failureInTime(rules, { keyId }), found, `after a stop at step ${moment}`);
    }
    assert.ok(stops > 20);
  }
});

test('a first check of any kind of schema sets up no more than the second', () => {
  const zod = dirname(fileURLToPath(import.meta.resolve('zod')));
  const source = readFileSync(join(zod, 'v4/classic/from-json-schema.js'), 'utf8');
  const formats = [...source.matchAll(/format === "([^"]+)"/g)].map(([, format = '']) => format);
  assert.ok(formats.length > 20);
  const name = { type: 'string' };
  const schemas: JsonObject[] = [
    ...formats.map((format) => ({ type: 'string', format })),
    { type: 'string', minLength: 1, maxLength: 2, pattern: '^a' },
    { type: 'integer', minimum: 1, maximum: 5, multipleOf: 2 },
    { type: 'number', exclusiveMinimum: 1, exclusiveMaximum: 5 },
    { type: 'boolean' },
    { type: 'null' },
    { type: ['string', 'null'] },
    {},
    { not: {} },
    { const: 1 },
    { enum: [] },
    { enum: ['a', 'b'] },
    { enum: ['a', 1] },
    { anyOf: [name, { type: 'number' }] },
    { oneOf: [name, { enum: ['a'] }] },
    { allOf: [name, { enum: ['a'] }] },
    { type: 'string', anyOf: [{ const: 'a' }, { const: 'b' }] },
    { type: 'array' },
    { type: 'array', items: name, minItems: 1, maxItems: 2 },
    {
      type: 'array',
      items: name,
      uniqueItems: true,
      contains: { const: 'a' },
      minContains: 1,
      maxContains: 1,
    },
    { type: 'array', prefixItems: [name, name], minItems: 1, maxItems: 3 },
    { type: 'array', prefixItems: [name], items: false },
    { type: 'array', prefixItems: [name], items: { type: 'number' } },
    { type: 'array', items: [name], additionalItems: { type: 'number' } },
    { type: 'object', properties: { a: name, b: name }, required: ['a'] },
    { type: 'object', properties: { a: name }, additionalProperties: false },
    { type: 'object', properties: { a: name }, additionalProperties: { type: 'number' } },
    { type: 'object', additionalProperties: { type: 'number' } },
    { type: 'object', patternProperties: { '^a': name, b$: { type: 'number' } } },
    {
      type: 'object',
      properties: { a: name },
      patternProperties: { '^b': name },
      additionalProperties: false,
    },
    { type: 'object', propertyNames: { pattern: '^a' }, minProperties: 1, maxProperties: 1 },
    { type: 'object', properties: { a: { ...name, default: 'b' } } },
    { type: 'string', readOnly: true, description: 'a text', title: 'a', $id: 'an id' },
    { $ref: '#/$defs/list', $defs: { list: { type: 'array', items: { $ref: '#/$defs/list' } } } },
    { $ref: '#/definitions/name', definitions: { name } },
  ];
  const values = [
    'a',
    'bcd',
    3,
    4.5,
    true,
    null,
    [],
    ['a', 'a', 'b'],
    ['c', 1],
    [[]],
    {},
    { a: 'a' },
    { a: 1, b: 1, c: 1 },
  ];
  const stepsOf = (schema: JsonObject): number => {
    steps = 0;
    for (const value of values) checkedWithin([{ text: JSON.stringify(value), schema }], { cpuMs: 1_000 });
    return steps;
  };
  for (const schema of schemas) {
    const [first, second] = [stepsOf(structuredClone(schema)), stepsOf(structuredClone(schema))];
    assert.equal(first, second, JSON.stringify(schema));
  }
});
