import type { CallReceipt } from '../../core/call.ts';
import { addUsage, noUsage, type Usage } from '../../core/money/usage.ts';
import type { AttemptRow } from '../../core/stores/ledger.ts';

/** The usage of the attempts that no caller paid with its own provider key. */
export function usageOfOurs(attempts: readonly AttemptRow[]): Usage {
  return attempts.reduce(
    (sum, { usage, payer }) => (payer === 'caller' ? sum : addUsage(sum, usage)),
    noUsage,
  );
}

/** The usage of a call that its caller did not pay with its own provider key. */
export function ourUsage({
  usage,
  usageOfOurs: ours = usage,
}: Pick<CallReceipt, 'usage' | 'usageOfOurs'>): Usage {
  return ours;
}
