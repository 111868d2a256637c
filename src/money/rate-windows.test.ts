import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { rateWindowsInMemory } from './rate-windows.ts';

const start = Date.UTC(2026, 3, 15);

test('a key without limits is never counted', () => {
  const windows = rateWindowsInMemory();
  for (let at = 0; at < 1000; at += 1) {
    assert.deepEqual(windows.admit('k', { limits: {}, tokens: 1e9, now: start }), { ok: true });
  }
});

test('the call above the limit waits until the first one is a minute old', () => {
  const windows = rateWindowsInMemory();
  const admit = (now: number) => windows.admit('k', { limits: { rpm: 2 }, tokens: 1, now });
  assert.deepEqual(admit(start + 500), { ok: true });
  assert.deepEqual(admit(start + 20_000), { ok: true });
  assert.deepEqual(admit(start + 30_000), { ok: false, limit: 'rpm', retryAfterMs: 31_000 });
  assert.equal(admit(start + 60_999).ok, false);
  assert.deepEqual(admit(start + 61_000), { ok: true });
});

test('tokens have a window of their own, and keys do not share theirs', () => {
  const windows = rateWindowsInMemory();
  const limits = { rpm: 100, tpm: 1_000 };
  assert.equal(windows.admit('a', { limits, tokens: 900, now: start }).ok, true);
  assert.deepEqual(windows.admit('a', { limits, tokens: 101, now: start }), {
    ok: false,
    limit: 'tpm',
    retryAfterMs: 61_000,
  });
  assert.equal(windows.admit('a', { limits, tokens: 100, now: start }).ok, true);
  assert.equal(windows.admit('b', { limits, tokens: 1_000, now: start }).ok, true);
});

test('a request that alone is above the limit is refused without a time to wait for', () => {
  const windows = rateWindowsInMemory();
  const verdict = windows.admit('a', { limits: { tpm: 1_000 }, tokens: 1_001, now: start });
  assert.deepEqual(verdict, { ok: false, limit: 'tpm' });
});

test('no sixty seconds ever see more than the limits, and whoever waits as told gets in', () => {
  const calls = fc.array(fc.record({ pauseMs: fc.nat({ max: 20_000 }), tokens: fc.nat({ max: 60 }) }), {
    maxLength: 60,
  });
  const limits = { rpm: 5, tpm: 100 };
  fc.assert(
    fc.property(calls, (plan) => {
      const windows = rateWindowsInMemory();
      const admitted: { at: number; tokens: number }[] = [];
      let now = start;
      for (const { pauseMs, tokens } of plan) {
        now += pauseMs;
        let verdict = windows.admit('k', { limits, tokens, now });
        if (!verdict.ok) {
          now += verdict.retryAfterMs ?? Infinity;
          verdict = windows.admit('k', { limits, tokens, now });
          assert.ok(verdict.ok, 'the wait was long enough');
        }
        admitted.push({ at: now, tokens });
      }
      for (const { at: from } of admitted) {
        const minute = admitted.filter(({ at }) => at >= from && at < from + 60_000);
        assert.ok(minute.length <= limits.rpm);
        assert.ok(minute.reduce((sum, { tokens }) => sum + tokens, 0) <= limits.tpm);
      }
    }),
  );
});

test('a key in use is not forgotten among thousands of others', () => {
  const windows = rateWindowsInMemory();
  const limits = { rpm: 1 };
  for (let at = 0; at < 3_000; at += 1) windows.admit(`old-${at}`, { limits, tokens: 1, now: start });
  const now = start + 60_000;
  assert.equal(windows.admit('busy', { limits, tokens: 1, now }).ok, true);
  for (let at = 0; at < 3_000; at += 1) windows.admit(`new-${at}`, { limits, tokens: 1, now: now + 5_000 });
  assert.equal(windows.admit('busy', { limits, tokens: 1, now: now + 5_000 }).ok, false);
});
