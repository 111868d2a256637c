import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { packFiles, shareRoom } from './pack.ts';

const line = 'const total = items.reduce((sum, item) => sum + item.price, 0);\n';

test('files that fit are packed whole and nothing is left out', async () => {
  const files = [
    { path: 'a.ts', text: line },
    { path: 'b.ts', text: line.repeat(50) },
  ];
  const packed = await packFiles(files, 100_000);
  assert.deepEqual(
    packed.files.map(({ path, text }) => ({ path, text })),
    files,
  );
  assert.deepEqual(packed.leftOut, []);
});

test('a file that is too large is cut at the end of a line and reports which lines are included and what is missing', async () => {
  const packed = await packFiles([{ path: 'big.ts', text: line.repeat(1_000) }], 2_000);
  const [file] = packed.files;
  assert.ok(file?.cut);
  assert.equal(file.text, line.repeat(file.cut.lastLine).trimEnd());
  assert.ok(packed.tokens <= 2_000 && packed.tokens > 1_900, `${packed.tokens} of 2000 tokens used`);
  assert.equal(packed.leftOut[0]?.reason, 'cut');
  assert.match(packed.leftOut[0]?.detail ?? '', /^only lines 1 to \d+ of 1001 fit$/);
  assert.ok((packed.leftOut[0]?.tokens ?? 0) > 10_000);
});

test('small files stay whole next to a large one that is cut', async () => {
  const files = [
    { path: 'big.ts', text: line.repeat(2_000) },
    { path: 'small.ts', text: line.repeat(5) },
  ];
  const packed = await packFiles(files, 3_000);
  assert.equal(packed.files[1]?.text, line.repeat(5));
  assert.ok(packed.files[0]?.cut);
});

test('if only scraps would fit, the last files are dropped and listed with their tokens', async () => {
  const files = Array.from({ length: 20 }, (_, index) => ({ path: `${index}.ts`, text: line.repeat(200) }));
  const packed = await packFiles(files, 2_000);
  assert.ok(packed.files.length > 0 && packed.files.length < 20);
  const gone = packed.leftOut.filter(({ reason }) => reason === 'no-room');
  assert.equal(gone.length + packed.files.length, 20);
  assert.ok(gone.every(({ tokens }) => (tokens ?? 0) > 1_000));
});

test('text without spaces can be counted', async () => {
  const packed = await packFiles([{ path: 'a.txt', text: 'a'.repeat(300_000) }], 10_000);
  assert.ok(packed.tokens <= 10_000);
  assert.equal(packed.leftOut[0]?.reason, 'cut');
});

test('shares never exceed the budget, keep small files whole and use the available room', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 5_000 }), { maxLength: 40 });
  fc.assert(
    fc.property(sizes, fc.integer({ min: 0, max: 20_000 }), (sizes, budget) => {
      const { keep, share } = shareRoom(sizes, budget);
      const used = sizes.slice(0, keep).reduce((sum, size) => sum + Math.min(size, share), 0);
      assert.ok(used <= budget);
      const total = sizes.reduce((sum, size) => sum + size, 0);
      if (total <= budget) assert.ok(keep === sizes.length && sizes.every((size) => size <= share));
      else if (keep > 0) assert.ok(used > budget - keep || keep < sizes.length);
    }),
  );
});
