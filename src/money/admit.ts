import type { Principal } from '../core/call.ts';
import { ConclaveError } from '../core/errors.ts';
import type { RateVerdict, RateWindows } from '../core/money/rate-windows.ts';
import type { Ms, Tokens } from '../core/units.ts';

/** Rejects if the call is refused. Returns `undefined` if the key has no limits: there is nothing to await. */
export type Admit = (principal: Principal, tokens: Tokens, now: Ms) => Promise<void> | undefined;

/**
 * Returns a check of whether a call of `tokens` prompt tokens would be admitted now; nothing is counted.
 * @throws ConclaveError as `admitBy`.
 */
export function judgeBy(windows: RateWindows): Admit {
  return admitBy({ admit: (keyId, use) => windows.judge(keyId, use) });
}

/**
 * Returns a function that counts a call of `tokens` prompt tokens against the rate limits of its key.
 * @throws ConclaveError `rate_limited`, or `request_too_large` for a prompt that exceeds the limit by itself.
 */
export function admitBy(windows: Pick<RateWindows, 'admit'>): Admit {
  return (principal, tokens, now) => {
    const { keyId, rpm, tpm } = principal;
    if (rpm === undefined && tpm === undefined) return undefined;
    const limits = { ...(rpm !== undefined && { rpm }), ...(tpm !== undefined && { tpm }) };
    return windows
      .admit(keyId, { limits, tokens, now })
      .then((verdict) => refuseUnlessOk(verdict, principal, tokens));
  };
}

function refuseUnlessOk(verdict: RateVerdict, { name, rpm, tpm }: Principal, tokens: Tokens): void {
  if (verdict.ok) return;
  const limit = `its ${verdict.limit} of ${verdict.limit === 'rpm' ? rpm : tpm}`;
  const { retryAfterMs } = verdict;
  if (retryAfterMs !== undefined) {
    throw new ConclaveError(
      'rate_limited',
      `The key "${name}" has reached ${limit}; try again in ${Math.ceil(retryAfterMs / 1000)} s, or have it raised.`,
      { retryAfterMs },
    );
  }
  throw new ConclaveError(
    verdict.limit === 'rpm' ? 'rate_limited' : 'request_too_large',
    `This request alone (about ${tokens} tokens) exceeds what the key "${name}" may use per minute, ${limit}: send less, or have the limit raised.`,
  );
}
