import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { judgeRate, secondOf, type RateUse, type RateVerdict, type SecondUse } from './rate-windows.ts';

const start = Date.UTC(2026, 3, 15);

/** One key's seconds, stored as any store does. */
function windowOf(): (use: RateUse) => RateVerdict {
  const used: SecondUse[] = [];
  return (use) => {
    const verdict = judgeRate(used, use);
    if (verdict.ok) used.push({ second: secondOf(use.now), requests: 1, tokens: use.tokens });
    return verdict;
  };
}

test('never refuses a key without limits', () => {
  const admit = windowOf();
  for (let at = 0; at < 1000; at += 1) {
    assert.deepEqual(admit({ limits: {}, tokens: 1e9, now: start }), { ok: true });
  }
});

test('makes the call above the limit wait until the first one is a minute old', () => {
  const window = windowOf();
  const admit = (now: number) => window({ limits: { rpm: 2 }, tokens: 1, now });
  assert.deepEqual(admit(start + 500), { ok: true });
  assert.deepEqual(admit(start + 20_000), { ok: true });
  assert.deepEqual(admit(start + 30_000), { ok: false, limit: 'rpm', retryAfterMs: 31_000 });
  assert.equal(admit(start + 60_999).ok, false);
  assert.deepEqual(admit(start + 61_000), { ok: true });
});

test('counts tokens in a window of their own', () => {
  const admit = windowOf();
  const limits = { rpm: 100, tpm: 1_000 };
  assert.equal(admit({ limits, tokens: 900, now: start }).ok, true);
  assert.deepEqual(admit({ limits, tokens: 101, now: start }), {
    ok: false,
    limit: 'tpm',
    retryAfterMs: 61_000,
  });
  assert.equal(admit({ limits, tokens: 100, now: start }).ok, true);
});

test('refuses a request that alone exceeds the limit, without a retry time', () => {
  const verdict = windowOf()({ limits: { tpm: 1_000 }, tokens: 1_001, now: start });
  assert.deepEqual(verdict, { ok: false, limit: 'tpm' });
});

test('no sixty seconds exceed the limits, and a caller that waits as advised is admitted', () => {
  const calls = fc.array(fc.record({ pauseMs: fc.nat({ max: 20_000 }), tokens: fc.nat({ max: 60 }) }), {
    maxLength: 60,
  });
  const limits = { rpm: 5, tpm: 100 };
  fc.assert(
    fc.property(calls, (plan) => {
      const admit = windowOf();
      const admitted: { at: number; tokens: number }[] = [];
      let now = start;
      for (const { pauseMs, tokens } of plan) {
        now += pauseMs;
        let verdict = admit({ limits, tokens, now });
        if (!verdict.ok) {
          now += verdict.retryAfterMs ?? Infinity;
          verdict = admit({ limits, tokens, now });
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
