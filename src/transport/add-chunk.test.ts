import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addChunk } from './add-chunk.ts';

test('however small the chunks are, few are kept, with all their bytes in order', () => {
  const sizes: Readonly<Record<string, (turn: number) => number>> = {
    'of one byte': () => 1,
    'of one byte and of two': (turn) => 1 + (turn % 2),
    'smaller and smaller': (turn) => 40 - (turn % 40),
    'larger and larger': (turn) => 1 + (turn % 40),
  };
  for (const [name, sizeOf] of Object.entries(sizes)) {
    const chunks: Buffer[] = [];
    const sent: Buffer[] = [];
    let bytes = 0;
    for (let turn = 0; bytes < 200_000; turn += 1) {
      const chunk = Buffer.alloc(sizeOf(turn), String.fromCodePoint(97 + (turn % 26)));
      sent.push(chunk);
      bytes += chunk.length;
      addChunk(chunks, chunk);
    }
    assert.ok(chunks.length < 60, `${name}: ${chunks.length} chunks`);
    assert.ok(Buffer.concat(chunks).equals(Buffer.concat(sent)), name);
  }
});

test('chunks of a usual size stay as they came', () => {
  const sent = [3_000, 64_000, 64_000, 2_000, 900].map((size) => Buffer.alloc(size));
  const chunks: Buffer[] = [];
  for (const chunk of sent) addChunk(chunks, chunk);
  assert.deepEqual(
    chunks.map((chunk) => sent.findIndex((one) => one === chunk)),
    [0, 1, 2, 3, 4],
  );
});
