import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isQuickToCompile } from './quick-to-compile.ts';

const raw = String.raw;

test('patterns as people write them are quick to compile', () => {
  for (const pattern of [
    raw`^\d{4}-\d{2}$`,
    raw`^[\w.+-]+@[\w-]+\.[\w.]+$`,
    '^(yes|no)$',
    raw`\[x\]+`,
    raw`\bfoo\b`,
    raw`^\p{Lu}\p{L}*$`,
    '[(]+[)*]',
  ]) {
    assert.equal(isQuickToCompile(pattern), true, pattern);
  }
});

test('what V8 expands may take long, wherever brackets and escapes seem to hide it', () => {
  const repeated = raw`(?:\b)+`.repeat(22);
  for (const pattern of [
    repeated,
    raw`\[|${repeated}[x]`,
    raw`[^]\[?${repeated}]?`,
    raw`\\[a]${repeated}`,
    raw`\[|(?:${raw`(()|\1)`.repeat(20)}){3,}]`,
    raw`[^\p{L}]{3}`.repeat(18),
    raw`\P{L}`.repeat(30),
    raw`\ba\bb\B`,
    '(?=a)b',
    raw`(?<n>a)\k<n>`,
    'a'.repeat(201),
  ]) {
    assert.equal(isQuickToCompile(pattern), false, pattern);
  }
});
