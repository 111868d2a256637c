import type { Evidence } from '../core/routing/acceptance/acceptance.ts';
import type { SignalName, SignalOdds } from '../learning/acceptance/acceptance-weights.ts';

/** A signal about an answer: weighted by its fitted odds, by odds of its own, or decisive (a veto). */
export type Sign = { readonly signal: string; readonly says: string } & (
  | { readonly worth: SignalName }
  | { readonly logOdds: number }
  | { readonly veto: true }
);

/** Converts a sign to log-odds. */
export function weighed(sign: Sign, odds: SignalOdds): Evidence {
  const { signal, says } = sign;
  if ('veto' in sign) return { signal, says, logOdds: Number.NEGATIVE_INFINITY, veto: true };
  if ('logOdds' in sign) return { signal, says, logOdds: sign.logOdds };
  return { signal, says, logOdds: odds[sign.worth] };
}
