import type { CallRow } from '../core/ledger.ts';
import { completionTokens, promptTokens, type Usage } from '../core/usage.ts';

/** A call that was answered and paid for. */
export type PaidCall = CallRow & {
  readonly model: string;
  readonly cost: bigint;
  /** What the sum was paid for: the call itself, or each step of a cascade. */
  readonly parts: readonly PaidPart[];
};

export type PaidPart = { readonly model: string; readonly usage: Usage; readonly cost: bigint };

/**
 * Rows with the steps of cascades as whole calls. A cascade is one call, which used the tokens of the answer that was given
 * and cost what all its steps did.
 */
export function paidCalls(rows: readonly CallRow[]): PaidCall[] {
  return cascadesAsOne(rows).flatMap((row) => paidCall(row) ?? []);
}

type Whole = CallRow & { readonly parts?: readonly PaidPart[] };

function paidCall(row: Whole): PaidCall | undefined {
  const { state, model, cost, usage, parts } = row;
  if (promptTokens(usage) + completionTokens(usage) === 0) return undefined;
  if (state !== 'ok' || model === undefined || cost === undefined) return undefined;
  return { ...row, model, cost, parts: parts ?? [{ model, usage, cost }] };
}

function cascadesAsOne(rows: readonly CallRow[]): Whole[] {
  const cascades = new Map(rows.filter(({ verdicts }) => verdicts !== undefined).map((row) => [row.id, row]));
  if (cascades.size === 0) return [...rows];
  const steps = Map.groupBy(rows, ({ parentId }) =>
    parentId !== undefined && cascades.has(parentId) ? parentId : '',
  );
  const others = steps.get('') ?? [];
  return others.map((row) => (cascades.has(row.id) ? whole(row, steps.get(row.id) ?? []) : row));
}

function whole(row: CallRow, below: readonly CallRow[]): Whole {
  const given = below.find(({ model }) => model === row.model) ?? below[0];
  const parts = below.flatMap(({ model, usage, cost }): PaidPart[] =>
    model === undefined || cost === undefined ? [] : [{ model, usage, cost }],
  );
  const isKnown = below.every(({ cost }) => cost !== undefined);
  const { cost: _own, ...rest } = row;
  return {
    ...rest,
    parts,
    usage: given?.usage ?? row.usage,
    ...(isKnown && { cost: parts.reduce((sum, { cost }) => sum + cost, 0n) }),
  };
}
