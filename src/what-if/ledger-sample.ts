import type { CallRow } from '../core/ledger.ts';
import type { Ms } from '../core/units.ts';
import { completionTokens, promptTokens } from '../core/usage.ts';
import type { Sample } from '../core/what-if.ts';

/** A call that was answered and paid for. */
export type PaidCall = CallRow & { readonly model: string; readonly cost: bigint };

/**
 * The calls that can be decided anew: answered, of known price. Real ones where there are any, else the simulated ones. A
 * cascade is one call, which used the tokens of the answer that was given and cost what all its steps did.
 */
export function ledgerSample(
  rows: readonly CallRow[],
  since: Ms,
): { readonly calls: PaidCall[]; readonly sample: Sample } {
  const used = cascadesAsOne(rows).filter(({ usage }) => promptTokens(usage) + completionTokens(usage) > 0);
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

function cascadesAsOne(rows: readonly CallRow[]): CallRow[] {
  const cascades = new Map(rows.filter(({ verdicts }) => verdicts !== undefined).map((row) => [row.id, row]));
  if (cascades.size === 0) return [...rows];
  const steps = Map.groupBy(rows, ({ parentId }) =>
    parentId !== undefined && cascades.has(parentId) ? parentId : '',
  );
  const whole = (row: CallRow): CallRow => {
    const below = steps.get(row.id) ?? [];
    const given = below.find(({ model }) => model === row.model) ?? below[0];
    const cost = below.reduce<bigint | undefined>(
      (sum, step) => (sum === undefined || step.cost === undefined ? undefined : sum + step.cost),
      0n,
    );
    const { cost: _own, ...rest } = row;
    return { ...rest, usage: given?.usage ?? row.usage, ...(cost !== undefined && { cost }) };
  };
  const others = steps.get('') ?? [];
  return others.map((row) => (cascades.has(row.id) ? whole(row) : row));
}
