import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../../core/json/json.ts';
import { isRecursive } from './is-recursive.ts';

const ref = (to: string): JsonObject => ({ $ref: to });
const holding = (value: JsonObject): JsonObject => ({ type: 'object', properties: { value } });

test('a chain of thousands of references is followed to its end', () => {
  const links = Array.from({ length: 50_000 }, (_, at) => [`d${at}`, holding(ref(`#/$defs/d${at + 1}`))]);
  const chain = (end: JsonObject) => ({
    ...holding(ref('#/$defs/d0')),
    $defs: Object.fromEntries([...links, ['d50000', end]]),
  });
  assert.ok(!isRecursive(chain({ type: 'string' })));
  assert.ok(isRecursive(chain(ref('#/$defs/d7'))));
});

test('a recursive schema is distinguished from one that only uses a part twice', () => {
  const list = { $defs: { node: holding(ref('#/$defs/node')) }, ...holding(ref('#/$defs/node')) };
  const tree = holding({ type: 'array', items: ref('#') });
  const circle = { definitions: { a: holding(ref('#/definitions/b')), b: holding(ref('#/definitions/a')) } };
  const pointed = { $defs: { 'a/b': { anyOf: [{ type: 'null' }, ref('#/$defs/a~1b/anyOf/1')] } } };
  for (const schema of [list, tree, circle, pointed]) assert.ok(isRecursive(schema), JSON.stringify(schema));

  const twice = {
    $defs: { point: holding({ type: 'number' }), line: holding(ref('#/$defs/point')) },
    type: 'object',
    properties: { from: ref('#/$defs/point'), to: ref('#/$defs/point'), edge: ref('#/$defs/line') },
  };
  const elsewhere = holding(ref('https://schemas.example/node.json'));
  for (const schema of [twice, elsewhere, holding(ref('#/$defs/missing')), {}]) {
    assert.ok(!isRecursive(schema), JSON.stringify(schema));
  }
});
