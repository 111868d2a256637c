import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sliceFile } from './slice-file.ts';

test('slices contain every line of a file once, in order, with its number, and none exceeds the room', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ maxLength: 40 })),
      fc.integer({ min: 20, max: 200 }),
      (written, room) => {
        const lines = written.map((line) => line.replaceAll('\n', ' '));
        const text = lines.join('\n');
        const slices = sliceFile({ path: 'a', text }, text.length, room);
        const whole = text.replace(/\n$/, '').split('\n');
        assert.equal(slices.map((slice) => slice.text).join('\n'), whole.join('\n'));
        for (const { firstLine, text: part, lines: all } of slices) {
          assert.equal(part.split('\n')[0], whole[firstLine - 1]);
          assert.equal(all, whole.length);
          assert.ok(part.length <= room || !part.includes('\n'));
        }
      },
    ),
  );
});
