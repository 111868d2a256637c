import { judgeRate, secondOf, type RateUse, type RateVerdict } from '../../core/money/rate-windows.ts';
import type { LedgerWork } from './books.ts';

/** Returns whether one more call fits into the rate window of its key. */
export function judgeWork(keyId: string, use: RateUse): LedgerWork<RateVerdict> {
  return {
    needs: { rates: [{ keyId, at: use.now }] },
    run: ({ rates }) => judgeRate(rates.used(keyId, use.now), use),
  };
}

/** Counts a call in the rate window of its key, or returns why it does not fit, atomically. */
export function admitWork(keyId: string, use: RateUse): LedgerWork<RateVerdict> {
  return {
    needs: { rates: [{ keyId, at: use.now }] },
    run({ rates }) {
      const verdict = judgeRate(rates.used(keyId, use.now), use);
      if (verdict.ok) rates.add(keyId, { second: secondOf(use.now), requests: 1, tokens: use.tokens });
      return verdict;
    },
    unread({ admit }) {
      admit(keyId, use);
      return { ok: true };
    },
  };
}
