import type { Evidence } from '../core/routing/acceptance.ts';
import type { SignalName, SignalOdds } from '../learning/acceptance/acceptance-weights.ts';

/** What can be seen of an answer: worth what was measured of such answers, or what whoever says it says, or final. */
export type Sign = { readonly signal: string; readonly says: string } & (
  | { readonly worth: SignalName }
  | { readonly logOdds: number }
  | { readonly veto: true }
);

/** A sign in log-odds. */
export function weighed(sign: Sign, odds: SignalOdds): Evidence {
  const { signal, says } = sign;
  if ('veto' in sign) return { signal, says, logOdds: Number.NEGATIVE_INFINITY, veto: true };
  if ('logOdds' in sign) return { signal, says, logOdds: sign.logOdds };
  return { signal, says, logOdds: odds[sign.worth] };
}
