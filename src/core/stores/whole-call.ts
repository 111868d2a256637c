import { addUsage, noUsage, type Usage } from '../money/usage.ts';
import type { NanoUsd } from '../units.ts';
import type { CallRow } from './ledger.ts';

/** What a call and its child calls used together; a row has only its own share. */
export type WholeCall = {
  readonly usage: Usage;
  /** Absent: the price of a part is unknown. */
  readonly cost?: NanoUsd;
  readonly estimated: boolean;
};

export function wholeCall(row: CallRow, below: readonly CallRow[]): WholeCall {
  const rows = [row, ...below];
  const known = rows.flatMap(({ cost }) => cost ?? []);
  return {
    usage: rows.reduce((sum, { usage }) => addUsage(sum, usage), noUsage),
    ...(known.length === rows.length && { cost: known.reduce((sum, cost) => sum + cost, 0n) }),
    estimated: rows.some(({ estimated }) => estimated),
  };
}
