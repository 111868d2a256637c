import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { closeJson } from './close-json.ts';
import { isJsonObject } from './json.ts';

test('JSON that was cut off is completed with what has arrived of it', () => {
  const cases: Readonly<Record<string, unknown>> = {
    '{"a": 1, "b": "half a sen': { a: 1, b: 'half a sen' },
    '{"a": 1, "b": "tab\\': { a: 1, b: 'tab' },
    '{"a": 1, "b": "caf\\u00e': { a: 1, b: 'caf' },
    '{"a": 1, "b": "back\\\\': { a: 1, b: 'back\\' },
    '{"a": [{"b": "c"}, {"d': { a: [{ b: 'c' }, {}] },
    '{"a": [1, 2, 31': { a: [1, 2] },
    '{"a": 1, "b": tru': { a: 1 },
    '{"a": 1, "b":': { a: 1 },
    '{"a": 1,': { a: 1 },
    '{"a"': {},
    '{"a": "with } and ]", "b': { a: 'with } and ]' },
    '{': {},
  };
  for (const [cut, expected] of Object.entries(cases)) {
    assert.deepEqual(JSON.parse(closeJson(cut) ?? ''), expected, cut);
  }
});

test('text in which nothing is open is no JSON that was cut off', () => {
  for (const text of ['', '<html>', '{"a": 1}', '{"a": 1} and more', '12']) {
    assert.equal(closeJson(text), undefined, text);
  }
});

test('any object, cut anywhere, can be parsed, and a longer piece has no less in it', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const text = JSON.stringify(value);
      let last = 0;
      for (let length = 1; length < text.length; length += 1) {
        const parsed: unknown = JSON.parse(closeJson(text.slice(0, length)) ?? '');
        assert.ok(isJsonObject(parsed), text.slice(0, length));
        const members = Object.keys(parsed).length;
        assert.ok(members >= last);
        last = members;
      }
    }),
  );
});
