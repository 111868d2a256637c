import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faultOfPattern, matchesPrompt } from './rule-pattern.ts';

test('a pattern that would backtrack endlessly on a prompt does not match it and is stopped early', () => {
  const pattern = String.raw`(\w+\s?)+$`;
  assert.equal(matchesPrompt(pattern, `${'a'.repeat(60)}!`), false);
  assert.equal(matchesPrompt(pattern, 'Read this'), true);
});

test('many alternations in sequence do not delay a decision either', () => {
  assert.equal(matchesPrompt(`${'(a|a)'.repeat(60)}$`, `${'a'.repeat(80)}!`), false);
});

test('accepts ordinary patterns and rejects those with catastrophic backtracking', () => {
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
    assert.match(faultOfPattern(pattern) ?? '', /takes too long/u, pattern);
  }
});

test('matches a pattern against the first 4,096 characters only', () => {
  assert.equal(matchesPrompt('needle', `${' '.repeat(4_090)}needle`), true);
  assert.equal(matchesPrompt('needle', `${' '.repeat(4_096)}needle`), false);
});
