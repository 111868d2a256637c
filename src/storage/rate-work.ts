import { judgeRate, secondOf, type RateUse, type RateVerdict } from '../core/money/rate-windows.ts';
import type { Work } from './books.ts';

/** Whether one more call fits into the minute of its key. */
export function judgeWork(keyId: string, use: RateUse): Work<RateVerdict> {
  return {
    needs: { rates: [{ keyId, at: use.now }] },
    run: ({ rates }) => judgeRate(rates.used(keyId, use.now), use),
  };
}

/** Counts a call against the minute of its key, or says why it does not fit. Nobody else counts meanwhile. */
export function admitWork(keyId: string, use: RateUse): Work<RateVerdict> {
  return {
    needs: { rates: [{ keyId, at: use.now }] },
    run({ rates }) {
      const verdict = judgeRate(rates.used(keyId, use.now), use);
      if (verdict.ok) rates.add(keyId, { second: secondOf(use.now), requests: 1, tokens: use.tokens });
      return verdict;
    },
  };
}
