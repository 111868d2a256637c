import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  array,
  assert as assertProperty,
  constantFrom,
  jsonValue,
  oneof,
  property,
  string,
  uint8Array,
} from 'fast-check';
import { ConclaveError } from '../../core/errors.ts';
import { isJsonObject } from '../../core/json/json.ts';
import { findJsonError } from './find-json-error.ts';
import { parseJsonBody as parseBody } from './parse-json-body.ts';

const parseJsonBody = (body: Buffer) => parseBody(body).value;

test('an object is read like JSON.parse', () => {
  const isPlain = (value: unknown) => isJsonObject(value) && !JSON.stringify(value).includes('\\\\');
  assertProperty(
    property(jsonValue({ maxDepth: 4 }).filter(isPlain), (value) => {
      const text = JSON.stringify(value);
      assert.deepEqual(parseJsonBody(Buffer.from(text)), JSON.parse(text));
    }),
    { numRuns: 300 },
  );
});

const malformed: readonly [body: string, at: number, expected: RegExp][] = [
  ['{', 1, /member name/],
  ['{"a":1,}', 7, /quoted member name/],
  ['{"a":}', 5, /a value/],
  ['{"a"}', 4, /":"/],
  ['{"a":1 "b":2}', 7, /"," or "}"/],
  ['{"a":[1 2]}', 8, /"," or "]"/],
  ['{"a":[1,]}', 8, /a value/],
  ["{'a':1}", 1, /quoted member name/],
  ['{a:1}', 1, /quoted member name/],
  ['{"a":01}', 6, /"," or "}"/],
  ['{"a":+1}', 5, /a value/],
  ['{"a":.5}', 5, /a value/],
  ['{"a":1.}', 6, /"," or "}"/],
  ['{"a":-}', 5, /a value/],
  ['{"a":0x1}', 6, /"," or "}"/],
  ['{"a":NaN}', 5, /a value/],
  ['{"a":Infinity}', 5, /a value/],
  ['{"a":True}', 5, /a value/],
  ['{"a":nul}', 5, /a value/],
  ['{"a":undefined}', 5, /a value/],
  ['{"a":"\n"}', 6, /escape/],
  ['{"a":"\t"}', 6, /escape/],
  ['{"a":"\\x41"}', 6, /valid escape/],
  ['{"a":"\\u12g4"}', 6, /valid escape/],
  ['{"a":"b}', 8, /closing quote/],
  ['{"a":1}{"b":2}', 7, /end of the body/],
  ['{"a":1},', 7, /end of the body/],
  ['{"a":1}\u0000', 7, /end of the body/],
  ['{"a":[}', 6, /a value/],
  ['{"a":{]}', 6, /"}" or a quoted member name/],
  ['{"a":1}]', 7, /end of the body/],
  ['{/* no */"a":1}', 1, /member name/],
  ['{"a":1}// no', 7, /end of the body/],
  ['{,"a":1}', 1, /member name/],
  ['{"a"::1}', 5, /a value/],
  ['\u00a0{"a":1}', 0, /a value/],
  ['model=x&stream=true', 0, /a value/],
];
for (const [body, at, expected] of malformed) {
  test(`${JSON.stringify(body)} is refused at byte ${at}`, () => {
    const { message } = refused(body);
    assert.match(message, new RegExp(`at byte ${at} of ${Buffer.byteLength(body)} `));
    assert.match(message, expected);
  });
}

test('JSON that is not an object is refused, with that reason', () => {
  for (const body of ['[]', '"text"', '1', 'null', 'true', ' [{"a":1}] ']) {
    assert.match(refused(body).message, /not an object/);
  }
});

test('an empty body, or one of white space, is refused', () => {
  assert.match(refused('').message, /empty/);
  assert.match(refused(' \n').message, /at byte 2 of 2 there should be a value/);
});

test('a byte order mark is refused by name', () => {
  assert.match(refused('\ufeff{}').message, /byte order mark/);
});

test('finds the position of an error if and only if JSON.parse fails', () => {
  const pieces = constantFrom(
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"a"',
    '"',
    '\\',
    '1',
    '-',
    '0',
    '.5',
    'e',
    'true',
    'nul',
    ' ',
    '\n',
  );
  const texts = oneof(
    array(pieces, { maxLength: 12 }).map((parts) => parts.join('')),
    jsonValue().map((value) => JSON.stringify(value, undefined, 1)),
    string(),
  );
  assertProperty(
    property(texts, (text) => {
      const bytes = Buffer.from(text);
      assert.equal(findJsonError(bytes) === undefined, isValid(bytes.toString()), text);
    }),
    { numRuns: 2_000 },
  );
});

test('bytes that are not UTF-8 are refused with their position', () => {
  assert.match(refused(Buffer.from('{"a":"caf\xe9"}', 'latin1')).message, /not UTF-8 at byte 9;/);
  assert.match(refused(Buffer.from('7b2261223a22eda0802227d', 'hex')).message, /not UTF-8 at byte 6;/);
  assert.match(
    refused(Buffer.from(`{"a":"${'é'.repeat(5_000)}`, 'utf8').subarray(0, -1)).message,
    /byte 10004;/,
  );
});

test('the position of the first invalid byte is exact', () => {
  const chunks = oneof(
    string({ unit: 'binary' }).map((text) => Buffer.from(text)),
    uint8Array({ maxLength: 4 }),
  );
  assertProperty(
    property(
      array(chunks, { maxLength: 30 }).map((parts) => Buffer.concat([Buffer.of(0x7b), ...parts])),
      (bytes) => {
        const place = /not UTF-8 at byte (\d+)/.exec(messageOf(() => parseJsonBody(bytes)))?.[1];
        assert.equal(place === undefined ? bytes.length : Number(place), validPrefix(bytes));
      },
    ),
    { numRuns: 500 },
  );
});

test('a lone surrogate is refused with its position, a pair is accepted', () => {
  for (const half of ['\\ud800', '\\uDC00', '\\ud83dx', '\\ud83d\\u0041', '\\ude00\\ud83d']) {
    assert.match(refused(`{"a":"${half}"}`).message, /escape at byte 6 is half of a surrogate pair/);
  }
  assert.match(refused('{"\\ud800":1}').message, /byte 2 /);
  assert.deepEqual(parseJsonBody(Buffer.from('{"a":"\\ud83d\\ude00 \\\\ud800"}')), { a: '😀 \\ud800' });
});

test('a duplicate member is refused, also if one is written with escapes', () => {
  const error = refused('{"model":"a","stream":true,"\\u006dodel":"b"}');
  assert.match(error.message, /"model" appears a second time at byte 27/);
  assert.equal(error.details.param, 'model');
  assert.match(refused('{"stream":true,"stream":false}').message, /"stream"/);
  assert.deepEqual(parseJsonBody(Buffer.from('{"a":{"model":1},"b":{"model":2},"model":3}')).model, 3);
});

test('a name written with escapes is read correctly, whatever was parsed before', () => {
  // See withPlainNames: the first body teaches V8 14.6 a name that the second one's escape looks like.
  parseJsonBody(Buffer.from(String.raw`{"model":"a","\\u007":1}`));
  const body = parseJsonBody(Buffer.from(String.raw`{"model":"a","\u0074ools":[{"\u0074ype":"x"}]}`));
  assert.deepEqual(body, { model: 'a', tools: [{ type: 'x' }] });
  parseJsonBody(Buffer.from(String.raw`{"model":"a","messages":[{"role":"user","\\u0063o":1}]}`));
  const nested = parseJsonBody(
    Buffer.from(String.raw`{"model":"a","messages":[{"role":"user","\u0063ontent":"\"\u0061\":{\\"}]}`),
  );
  assert.deepEqual(nested.messages, [{ role: 'user', content: '"a":{\\' }]);
});

test('a body with more than 1,000 members is refused at the first excess one, before further work', () => {
  const wide = (count: number) => `{${Array.from({ length: count }, (_, at) => `"k${at}":${at}`).join(',')}}`;
  assert.ok(parseJsonBody(Buffer.from(wide(1_000))));
  assert.match(refused(wide(1_001)).message, /more than 1000 members, at byte 10781; nest them/);
  assert.match(refused(wide(100_000)).message, /more than 1000 members, at byte 10781; nest them/);
});

test('a body nested 10,000 deep is refused with the position, in objects and in arrays', () => {
  for (const body of [
    `{"a":${'['.repeat(10_000)}${']'.repeat(10_000)}}`,
    `{"a":${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}}`,
    `{"a":${'['.repeat(10_000)}`,
  ]) {
    assert.match(refused(body).message, /nested deeper than 256 levels at byte \d+; flatten/);
  }
  assert.match(refused('['.repeat(1_000_000) + ']'.repeat(1_000_000)).message, /not an object/);
  assert.ok(parseJsonBody(Buffer.from(`{"a":${'['.repeat(255)}${']'.repeat(255)}}`)));
  assert.match(refused(`{"a":${'['.repeat(256)}${']'.repeat(256)}}`).message, /256 levels/);
});

test('an error never contains text of the body', () => {
  for (const body of ['{"a":"secret prompt", oops}', '{"a":secret}', 'secret']) {
    assert.ok(!refused(body).message.includes('secret'));
  }
});

test('__proto__ is a member like any other', () => {
  const body = parseJsonBody(Buffer.from('{"__proto__":{"admin":true},"model":"a"}'));
  assert.equal(body.admin, undefined);
  assert.deepEqual(Object.keys(body), ['__proto__', 'model']);
});

function refused(body: string | Buffer): ConclaveError {
  try {
    parseJsonBody(Buffer.from(body));
  } catch (error) {
    assert.ok(error instanceof ConclaveError, String(error));
    assert.equal(error.code, 'invalid_request');
    assert.equal(error.status, 400);
    return error;
  }
  return assert.fail('the body was accepted');
}

function messageOf(act: () => unknown): string {
  try {
    act();
    return '';
  } catch (error) {
    assert.ok(error instanceof ConclaveError, String(error));
    return error.message;
  }
}

function isValid(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Returns how many bytes precede the first that is not UTF-8, by the platform's own decoder. */
function validPrefix(bytes: Buffer): number {
  let from = 0;
  while (from < bytes.length) {
    const length = [1, 2, 3, 4].find((size) => decodes(bytes.subarray(from, from + size)));
    if (length === undefined || from + length > bytes.length) return from;
    from += length;
  }
  return bytes.length;
}

function decodes(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
