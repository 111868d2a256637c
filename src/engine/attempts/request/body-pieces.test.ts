import assert from 'node:assert/strict';
import { test } from 'node:test';
import { array, assert as assertProperty, constantFrom, oneof, property, string } from 'fast-check';
import type { JsonObject } from '../../../core/json/json.ts';
import { wholeBody } from '../../../core/wire/transport.ts';
import { bodyPieces } from './body-pieces.ts';

function rawOf(json: string) {
  // The tests write objects only.
  return { bytes: Buffer.from(json), body: JSON.parse(json) as JsonObject };
}

function sent(body: JsonObject, raw: ReturnType<typeof rawOf>): JsonObject {
  // What was written must be JSON, otherwise the test fails here.
  return JSON.parse(wholeBody(bodyPieces(body, raw)).toString()) as JsonObject;
}

const long = 'Zürich, "quoted" and \\ escaped\n'.repeat(4_000);

test('forwards a long text in its original bytes, wherever the other dialect puts it', () => {
  const spelt = JSON.stringify(long).replaceAll('Z', String.raw`\u005a`);
  const tSpelt = String.raw`\u0054`;
  const plain = 'The quick brown fox. '.repeat(10_000);
  for (const [text, literal] of [
    [plain, JSON.stringify(plain)],
    [`${plain}\n"${plain}" \\`, JSON.stringify(`${plain}\n"${plain}" \\`).replaceAll('T', tSpelt)],
  ] as const) {
    const raw = rawOf(`{"system":"short","messages":[{"role":"user","content":${literal}}],"more":[1,null]}`);
    const body = { prompt: [{ text }, { text: 'other' }, { text }], model: 'm' };
    assert.deepEqual(sent(body, raw), body);
    const pieces = bodyPieces(body, raw);
    assert.ok(Array.isArray(pieces));
    assert.equal(
      pieces.filter((piece) => piece.buffer === raw.bytes.buffer && piece.length > 200_000).length,
      2,
    );
  }
  // So many quotation marks that the search for their ends is given up.
  assert.equal(typeof bodyPieces({ text: long }, rawOf(`{"content":${spelt}}`)), 'string');
  assert.deepEqual(sent({ text: long }, rawOf(`{"content":${spelt}}`)), { text: long });
});

test('rewrites a text that differs from the original, or is one of several long ones', () => {
  const text = 'x'.repeat(70_000);
  const other = 'y'.repeat(70_000);
  const one = rawOf(JSON.stringify({ content: text }));
  for (const body of [
    { text: `${text}!` },
    { text: other },
    { text: other.slice(1) },
    { [text]: 'a name' },
    {},
  ]) {
    assert.deepEqual(sent(body, one), body);
  }
  const several = rawOf(JSON.stringify({ content: [text, other] }));
  assert.equal(typeof bodyPieces({ text, other }, several), 'string');
  const asName = rawOf(JSON.stringify({ [text]: 1, content: 'short' }));
  assert.equal(typeof bodyPieces({ text }, asName), 'string');
  assert.equal(bodyPieces({ text }, undefined), JSON.stringify({ text }));
});

test('the translation in pieces is the same JSON as the translation in one string', () => {
  const word = oneof(
    string({ unit: 'grapheme', minLength: 1 }),
    constantFrom('"', '\\', '\\"', '\\\\', '\n', '\u0000', 'é', '漢字', '😀', ',', '{"a":"', '"}'),
  );
  const piece = array(word, { minLength: 1, maxLength: 6 }).map((words) => words.join(''));
  assertProperty(
    property(piece, piece, piece, constantFrom(1, 300, 20_000, 70_000), (before, unit, behind, times) => {
      const content = unit.repeat(times);
      const raw = rawOf(JSON.stringify({ before, content, [behind]: { behind } }));
      const body = { model: before, messages: [{ text: content }, { text: behind }, { again: content }] };
      assert.deepEqual(sent(body, raw), body);
    }),
    { numRuns: 60 },
  );
});
