import type { CallRow } from '../core/ledger.ts';
import type { Ms } from '../core/units.ts';
import { completionTokens, promptTokens } from '../core/usage.ts';
import type { Sample } from '../core/what-if.ts';

/** A call that was answered and paid for. */
export type PaidCall = CallRow & { readonly model: string; readonly cost: bigint };

/**
 * The calls that can be decided anew: answered, of known price. Real ones where there are any, else the simulated ones. A
 * cascade counts by the calls it made, which used the tokens.
 */
export function ledgerSample(
  rows: readonly CallRow[],
  since: Ms,
): { readonly calls: PaidCall[]; readonly sample: Sample } {
  const used = rows.filter(({ usage }) => promptTokens(usage) + completionTokens(usage) > 0);
  const real = used.filter(({ simulated }) => !simulated);
  const kind = real.length > 0 ? real : used;
  const calls = kind.filter(isPaid);
  return {
    calls,
    sample: {
      since: new Date(since).toISOString(),
      calls: calls.length,
      simulated: real.length === 0 && used.length > 0,
      leftOut: kind.length - calls.length,
    },
  };
}

function isPaid(row: CallRow): row is PaidCall {
  return row.state === 'ok' && row.model !== undefined && row.cost !== undefined;
}
