import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { fromJSONSchema } from 'zod';
import type { JsonObject, JsonValue } from '../../../core/json/json.ts';
import { examplePrompt } from '../../../../test/support/example-prompt.ts';
import { fillArguments, fillSchema } from './fill-schema.ts';
import { samplePattern } from './sample-pattern.ts';

const raw = String.raw;

const fill = (schema: JsonObject, question = 'Tell me about Ada Lovelace, 36, from London.'): JsonValue =>
  fillSchema(examplePrompt(question), schema);

/** Random schemas of the usual kinds, three levels deep. */
const schemas = fc.letrec<{ node: JsonObject }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<JsonObject>(
      { type: 'string' },
      { type: 'string', minLength: 3, maxLength: 8 },
      { type: 'string', format: 'date-time' },
      { type: 'string', format: 'email' },
      { type: 'string', format: 'uuid' },
      { type: 'string', pattern: '^[A-Z]{2}-\\d{4}$' },
      { type: 'boolean' },
      { type: 'null' },
      { enum: ['red', 'green', 'blue'] },
      { const: 'fixed' },
    ),
    fc
      .tuple(fc.integer({ min: -50, max: 50 }), fc.nat({ max: 100 }))
      .map(([minimum, width]): JsonObject => ({ type: 'integer', minimum, maximum: minimum + width })),
    fc
      .record({ items: tie('node'), minItems: fc.nat({ max: 3 }) })
      .map(({ items, minItems }): JsonObject => ({ type: 'array', items, minItems, maxItems: minItems + 2 })),
    fc
      .dictionary(fc.constantFrom('name', 'age', 'city', 'score', 'tags', 'x'), tie('node'), { maxKeys: 4 })
      .map((properties): JsonObject => ({
        type: 'object',
        properties,
        required: Object.keys(properties),
        additionalProperties: false,
      })),
    fc.array(tie('node'), { minLength: 1, maxLength: 3 }).map((anyOf): JsonObject => ({ anyOf })),
  ),
})).node;

test('whatever the schema, the answer is valid', () => {
  fc.assert(
    fc.property(schemas, (schema) => {
      const value = fill(schema);
      const judged = fromJSONSchema(schema).safeParse(value);
      assert.ok(judged.success, `${JSON.stringify(value)} for ${JSON.stringify(schema)}: ${judged.error}`);
    }),
    { numRuns: 500 },
  );
});

test('references are resolved, and a recursive schema still ends', () => {
  const schema: JsonObject = {
    $defs: {
      node: {
        type: 'object',
        required: ['value', 'next'],
        properties: {
          value: { type: 'integer' },
          next: { anyOf: [{ $ref: '#/$defs/node' }, { type: 'null' }] },
        },
      },
    },
    $ref: '#/$defs/node',
  };
  assert.ok(fromJSONSchema(schema).safeParse(fill(schema)).success);
});

test('recursion in a filter that must have one of its operators ends', () => {
  const self = { $ref: '#/$defs/filter' };
  const compare = {
    type: 'object',
    properties: { field: { type: 'string' }, value: { type: 'string' } },
    required: ['field', 'value'],
  };
  const filter: JsonObject = {
    type: 'object',
    properties: { and: { type: 'array', items: self, minItems: 1 }, not: self, compare },
    minProperties: 1,
    additionalProperties: false,
  };
  const schema: JsonObject = {
    $defs: { filter },
    type: 'object',
    properties: { filter: self },
    required: ['filter'],
  };
  const valid = fromJSONSchema(schema);
  for (const value of [fill(schema), fillArguments(examplePrompt('Search for snow'), schema)])
    assert.ok(valid.safeParse(value).success, JSON.stringify(value));
});

test('a union whose first variants are recursive ends with one that is not', () => {
  const object = (properties: JsonObject): JsonObject => ({
    type: 'object',
    properties,
    required: Object.keys(properties),
    additionalProperties: false,
  });
  const text = { type: 'string' };
  const self = { $ref: '#/$defs/expression' };
  const $defs = {
    expression: { anyOf: [{ $ref: '#/$defs/operation' }, object({ not: self }), { $ref: '#/$defs/test' }] },
    operation: object({ op: { enum: ['and', 'or'] }, left: self, right: self }),
    test: {
      oneOf: [
        object({ all: { type: 'array', items: self, minItems: 1 } }),
        object({ field: text, value: text }),
      ],
    },
  };
  const schema: JsonObject = { $defs, ...object({ filter: self }) };
  const valid = fromJSONSchema(schema);
  for (const value of [fill(schema), fillArguments(examplePrompt('Search for snow'), schema)])
    assert.ok(valid.safeParse(value).success, JSON.stringify(value));
});

test('a schema that has no finite value is refused', () => {
  const endless: JsonObject = { type: 'object', properties: { next: { $ref: '#' } }, required: ['next'] };
  assert.throws(() => fill(endless), /more than 200 levels/);
});

test('combined schemas are satisfied in all their parts', () => {
  const value = fill({
    allOf: [
      { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] },
      { properties: { b: { type: ['integer', 'null'] } }, required: ['b'] },
    ],
  });
  assert.ok(typeof value === 'object' && value !== null && !Array.isArray(value));
  assert.equal(typeof value['a'], 'string');
  assert.equal(typeof value['b'], 'number');
});

test('values are taken from the prompt', () => {
  const schema: JsonObject = {
    type: 'object',
    properties: {
      email: { type: 'string' },
      url: { type: 'string', format: 'uri' },
      path: { type: 'string' },
      date: { type: 'string', format: 'date' },
      total: { type: 'number' },
      color: { enum: ['red', 'green'] },
      title: { type: 'string' },
    },
  };
  const question =
    'Mail ada@example.org about https://example.org/x, file src/a.ts, on 2026-05-04; total: 12.5, color green, title is Engine.';
  assert.deepEqual(fill(schema, question), {
    email: 'ada@example.org',
    url: 'https://example.org/x',
    path: 'src/a.ts',
    date: '2026-05-04',
    total: 12.5,
    color: 'green',
    title: 'Engine',
  });
});

test('a sum requested in JSON is computed', () => {
  const schema: JsonObject = { type: 'object', properties: { result: { type: 'integer' } } };
  assert.deepEqual(fill(schema, 'What is 6 * 7?'), { result: 42 });
});

test('findings are filled in if the schema has room for them, with its own severity words', () => {
  const schema: JsonObject = {
    type: 'object',
    properties: {
      summary: { type: 'string' },
      approved: { enum: ['approve', 'request_changes'] },
      issues: {
        type: 'array',
        items: {
          type: 'object',
          required: ['path', 'line_number', 'level', 'message'],
          properties: {
            path: { type: 'string' },
            line_number: { type: 'integer' },
            level: { enum: ['error', 'warning', 'info'] },
            message: { type: 'string' },
            suggested_fix: { type: ['string', 'null'] },
            confidence: { type: 'number', minimum: 0, maximum: 1 },
          },
        },
      },
    },
  };
  const value = fill(schema, 'Review this:\n```ts src/a.ts\n\nreturn eval(text);\n```');
  assert.ok(fromJSONSchema(schema).safeParse(value).success);
  assert.match(JSON.stringify(value), /"path":"src\/a\.ts","line_number":2,"level":"error"/);
  assert.match(JSON.stringify(value), /"approved":"request_changes"/);
});

test('patterns are matched by a generated sample', () => {
  for (const pattern of [
    '^\\d{3}-\\d{2}$',
    '^(foo|bar)+$',
    '^[a-f0-9]{8}$',
    'v\\d+\\.\\d+',
    '^[^@]+@x\\.org$',
    '^a?b*c$',
  ]) {
    assert.match(samplePattern(pattern) ?? '', new RegExp(pattern));
  }
  assert.equal(samplePattern('(?=lookahead)x'), undefined);
});

test('a pattern that would end the process, or never end, still gets a text', () => {
  const question = `What of ${'a'.repeat(60)}b?`;
  for (const [pattern, sample] of [
    [raw`(?:\b)+`.repeat(22), ''],
    ['^(a+)+$', 'a'],
    [raw`^(\d{3}-)?\d{4}$`, '1111'],
    ['^[ab]*[ab]*[ab]*[ab]*[ab]*[ab]*[ab]*[ab]*[ab]*[ab]*c$', 'c'],
  ] as const)
    assert.equal(fill({ type: 'string', pattern }, question), sample, pattern);
  assert.equal(fill({ type: 'string', pattern: '(a{9999}){9999}' }, question), 'simulated text');
});

test('names that could be read in many ways are looked for once', () => {
  const name = 'a_'.repeat(30);
  const value = fill({ type: 'object', properties: { [name]: { type: 'number' } } }, 'a'.repeat(90));
  assert.deepEqual(value, { [name]: 1 });
});

test('a schema that asks for more than fits into memory is refused', () => {
  const pair = (at: number) => ({
    type: 'object',
    properties: { a: { $ref: `#/$defs/${at}` }, b: { $ref: `#/$defs/${at}` } },
    required: ['a', 'b'],
  });
  const $defs = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [String(at), pair(at + 1)]));
  for (const schema of [
    { type: 'string', minLength: 500_000_000 },
    { type: 'array', items: { type: 'null' }, minItems: 1_000_000_000 },
    { $ref: '#/$defs/0', $defs },
  ])
    assert.throws(() => fill(schema), { message: /^Invalid schema: the answer would have / });
});

test('parts that combine themselves, or each other many times, are read to an end', () => {
  const both = (at: number) => ({ allOf: [{ $ref: `#/$defs/${at}` }, { $ref: `#/$defs/${at}` }] });
  const $defs = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [String(at), both(at + 1)]));
  for (const schema of [
    { $ref: '#/$defs/0', $defs },
    { $ref: '#/$defs/0', $defs: { 0: both(0) } },
  ])
    assert.equal(fill(schema), 'simulated text');
});

test('arguments that nobody asked for are given where the schema wants that many', () => {
  const text: JsonObject = { type: 'string' };
  const schema: JsonObject = {
    type: 'object',
    properties: { file: text, note: text, mode: text, limit: text },
    required: ['note'],
    minProperties: 3,
  };
  const given = (question: string) => Object.keys(fillArguments(examplePrompt(question), schema));
  assert.deepEqual(given('Hello'), ['file', 'note', 'mode']);
  assert.deepEqual(given('With a limit, please'), ['file', 'note', 'limit']);
  const deep = [1, 2, 3, 4].reduce(
    (inner, depth): JsonObject => ({
      type: 'object',
      properties: { [`level${depth}`]: inner },
      required: [`level${depth}`],
    }),
    schema,
  );
  assert.ok(fromJSONSchema(deep).safeParse(fill(deep)).success);
});

test('a long question is read once, not for each value of the answer', () => {
  const question = 'Read the file src/add.js and repair what is broken in it. '.repeat(5_000);
  const millisecondsFor = (count: number): number => {
    const names = Array.from({ length: count }, (_, index) => `answer${index}`);
    const [first = ''] = names;
    const properties = Object.fromEntries([
      ...names.map((name) => [name, { type: 'string' }] as const),
      ...names.map((name) => [`mode${name}`, { enum: ['on', 'off'] }] as const),
    ]);
    const prompt = examplePrompt(question);
    const before = process.threadCpuUsage();
    fillArguments(prompt, { type: 'object', properties, required: [first] });
    const { user, system } = process.threadCpuUsage(before);
    return (user + system) / 1_000;
  };
  millisecondsFor(1);
  const one = Math.min(millisecondsFor(1), millisecondsFor(1));
  const hundred = Math.min(millisecondsFor(100), millisecondsFor(100));
  assert.ok(hundred < 10 * one + 20, `${hundred} ms for 100 values, ${one} ms for one`);
});
