import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRetryAfter } from './parse-retry-after.ts';

test('a wait is read in seconds, in milliseconds and as a date', () => {
  assert.equal(parseRetryAfter({ 'retry-after': '37' }), 37_000);
  assert.equal(parseRetryAfter({ 'retry-after': ['1.5'] }), 1500);
  assert.equal(parseRetryAfter({ 'retry-after': '9', 'retry-after-ms': '250' }), 250);
  const date = 'Wed, 21 Oct 2026 07:28:00 GMT';
  assert.equal(parseRetryAfter({ date, 'retry-after': 'Wed, 21 Oct 2026 07:28:20 GMT' }), 20_000);
  assert.equal(parseRetryAfter({ date, 'retry-after': 'Wed, 21 Oct 2026 07:27:00 GMT' }), 0);
});

test('a retry-after is at most a day', () => {
  const date = 'Wed, 21 Oct 2026 07:28:00 GMT';
  const day = 24 * 60 * 60 * 1000;
  assert.equal(parseRetryAfter({ 'retry-after': '99999999999' }), day);
  assert.equal(parseRetryAfter({ 'retry-after-ms': '99999999999' }), day);
  assert.equal(parseRetryAfter({ date, 'retry-after': 'Wed, 21 Oct 2029 07:28:00 GMT' }), day);
});

test('a reply without a readable wait gives none', () => {
  assert.equal(parseRetryAfter({}), undefined);
  assert.equal(parseRetryAfter({ 'retry-after': 'soon' }), undefined);
  assert.equal(parseRetryAfter({ 'retry-after': '-5' }), undefined);
  assert.equal(parseRetryAfter({ 'retry-after': 'Wed, 21 Oct 2026 07:28:20 GMT' }), undefined);
});
