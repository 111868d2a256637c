import { type Compilable, sql as raw } from 'kysely';
import { callsOf, isOfUnknownPrice, kind, wholeCallsOf, type CostFilter } from './cost-query.ts';
import type { CostGroup } from './cost-report.ts';

/** How many calls have money of which a report must say more than the sum. A cascade is one call with all its steps. */
export type MarkedCalls = {
  readonly kind: CostGroup['kind'];
  readonly unknownPrice: number;
  readonly estimated: number;
  /** Those that callers paid with their own keys. */
  readonly callersOwn: number;
};

/** Counts the marked calls by the kind of money. A step counts as its call, whose own row has none of the steps' marks. */
export function markedCallsQuery(filter: CostFilter): Compilable<MarkedRow> {
  return callsOf(filter)
    .where(raw<boolean>`(${isOfUnknownPrice} or ${isEstimated} or ${isCallersOwn})`)
    .select([
      kind.as('kind'),
      wholeCallsOf(isOfUnknownPrice).as('unknown_price'),
      wholeCallsOf(isEstimated).as('estimated'),
      wholeCallsOf(isCallersOwn).as('callers_own'),
    ])
    .groupBy(kind);
}

const isEstimated = raw`calls.estimated = 1`;
const isCallersOwn = raw`calls.caller_cost is not null`;

type MarkedRow = {
  kind: CostGroup['kind'];
  unknown_price: bigint;
  estimated: bigint;
  callers_own: bigint;
};

export function markedCallsFromRow(row: MarkedRow): MarkedCalls {
  return {
    kind: row.kind,
    unknownPrice: Number(row.unknown_price),
    estimated: Number(row.estimated),
    callersOwn: Number(row.callers_own),
  };
}
