import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faultOfPattern, matchesPrompt } from './rule-pattern.ts';

test('a pattern that a prompt would keep busy without end does not match it, and costs others little', () => {
  const pattern = String.raw`(\w+\s?)+$`;
  assert.equal(matchesPrompt(pattern, `${'a'.repeat(60)}!`), false);
  assert.equal(matchesPrompt(pattern, 'Read this'), true);
});

test('many choices one after the other do not hold up a decision either', () => {
  assert.equal(matchesPrompt(`${'(a|a)'.repeat(60)}$`, `${'a'.repeat(80)}!`), false);
});

test('patterns that people write are taken, and those that multiply their work are not', () => {
  for (const pattern of [
    String.raw`\bNDA\b`,
    '(?:review|audit).*(?:pull request|diff)',
    String.raw`^\s*(?:please )?(?:translate|übersetze)\b`,
    String.raw`\d{4}-\d{2}-\d{2}`,
    '[*+?]+',
  ]) {
    assert.equal(faultOfPattern(pattern), undefined, pattern);
  }
  for (const pattern of [
    '(a+)+$',
    '(a|a)*b',
    String.raw`(\w+\s?)+$`,
    '(x+x+)+y',
    '^(([a-z])+.)+[A-Z]([a-z])+$',
  ]) {
    assert.match(faultOfPattern(pattern) ?? '', /takes for ever/u, pattern);
  }
});

test('a pattern is tried on the first 4,096 characters', () => {
  assert.equal(matchesPrompt('needle', `${' '.repeat(4_090)}needle`), true);
  assert.equal(matchesPrompt('needle', `${' '.repeat(4_096)}needle`), false);
});
