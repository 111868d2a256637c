import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSince } from './parse-since.ts';

const now = Date.UTC(2026, 10, 21);

test('reads spans and dates, and names anything else in its refusal', () => {
  assert.equal(parseSince('24h', now), now - 86_400_000);
  assert.equal(parseSince('4w', now), now - 28 * 86_400_000);
  assert.equal(parseSince('2026-11-01', now), Date.UTC(2026, 10, 1));
  for (const wrong of ['', 'yesterday', '5', '-3d', '2026-99-99']) {
    assert.throws(() => parseSince(wrong, now), {
      code: 'invalid_request',
      message: new RegExp(`"${wrong}"`),
    });
  }
});

test('refuses a unit that could mean minutes or months', () => {
  assert.equal(parseSince('15min', now), now - 15 * 60_000);
  assert.throws(() => parseSince('1m', now), /"1m" could mean minutes or months: write 1min, or .* 30d/u);
});

test('refuses a date that does not exist, is followed by words or lies in the future', () => {
  for (const text of [
    '2026-02-30',
    '2026-11-21junk',
    '2026-11-21 12:00',
    '2026-11-21T25:00',
    '2026-11-21T',
  ]) {
    assert.throws(() => parseSince(text, now), /is not a time/u, text);
  }
  assert.throws(() => parseSince('2030-01-01', now), /is in the future/u);
});
