import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseInput, parseWithExactCalls, withPlainNumbers } from './exact-json.ts';
import { isJsonObject } from './json.ts';

const long = '1234567890123456789';

test('keeps long whole numbers in the input of a call, and reads everything else as JSON.parse does', () => {
  const text = `{"seed":${long},"content":[{"name":"f","input":{"id":${long},"ids":[-${long},1.5],"x":12345678901234567.5}}]}`;
  const read = parseWithExactCalls(text);
  assert.equal(
    JSON.stringify(read),
    `{"seed":1234567890123456800,"content":[{"name":"f","input":{"id":${long},"ids":[-${long},1.5],"x":12345678901234568}}]}`,
  );
  for (const plain of [
    `{"input":[{"id":${long}}]}`,
    `{"name":"f","args":{"id":"${long}"}}`,
    '[1,{"args":null}]',
    '7',
  ])
    assert.deepEqual(parseWithExactCalls(plain), JSON.parse(plain));
  assert.equal(JSON.stringify(parseInput(`{"a":[${long}]}`)), `{"a":[${long}]}`);
  assert.equal(typeof parseInput(long), 'number');
  assert.throws(() => parseWithExactCalls(`{"input":${long}`), SyntaxError);
});

test('finds a number of sixteen digits anywhere, among shorter ones', () => {
  const number = '9007199254740993';
  for (let before = 0; before < 40; before += 1) {
    const input = `{"of":[${'123456789012345,'.repeat(before % 3)}1],"id":${number}}`;
    const text = `{"text":"${'é'.repeat(before)}","name":"f","input":${input}}`;
    assert.equal(JSON.stringify(parseWithExactCalls(text)), text);
    assert.equal(JSON.stringify(parseInput(input)), input);
  }
});

test('keeps long whole numbers in a schema, and can convert them to plain ones', () => {
  const schema = `{"type":"integer","maximum":18446744073709551615,"enum":[${long}]}`;
  for (const member of [
    'parameters',
    'input_schema',
    'inputSchema',
    'schema',
    'responseJsonSchema',
    'format',
  ]) {
    const text = `{"of":[{"${member}":${schema}}]}`;
    assert.equal(JSON.stringify(parseWithExactCalls(text)), text);
  }
  const read = parseInput(schema);
  assert.ok(isJsonObject(read));
  assert.deepEqual(withPlainNumbers(read), JSON.parse(schema));
});
