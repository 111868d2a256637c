import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { askedPart } from './asked-part.ts';

const file = `import { a } from './a.ts';\n\nexport function b(c: string): string {\n  if (c === '') throw new Error('crash');\n  return a(c);\n}\n\n`;
const log = '2026-11-20 09:00:01,412 ERROR worker-2 job 9060 failed with exit code 137\n'.repeat(40);

test('keeps a request before or after long material whole, and a little of the material', () => {
  const request = 'which functions does this file export?';
  for (const material of [file.repeat(20), log]) {
    for (const prompt of [
      `${request}\n\n${material}`,
      `${material}\n\n${request}`,
      `${request}\n${material}`,
    ]) {
      const part = askedPart(prompt);
      assert.ok(part.includes(request));
      assert.ok(part.length <= request.length + 100, part);
    }
  }
});

test('leaves material without a request, short prompts and unfinished stories unchanged', () => {
  const story = 'One day we went to the sea and the sun was shining all the time. '.repeat(30);
  for (const prompt of ['', 'hi', file, file.repeat(20).trim(), log, story])
    assert.equal(askedPart(prompt), prompt);
});

test('never makes a prompt longer than 768 characters, and never changes a shorter one', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 3_000 }), fc.string(), (material, request) => {
      const prompt = `${request}\n\n${material}\n\n${request}`;
      const part = askedPart(prompt);
      if (prompt.length <= 768) assert.equal(part, prompt);
      else assert.ok(part === prompt || part.length <= 768);
    }),
  );
});
