import { type Compilable, sql as raw, type RawBuilder } from 'kysely';
import { askedChildren, type CostGrouping } from '../../core/stores/ledger.ts';
import type { LedgerStore } from '../../core/stores/stores.ts';
import { usageFromRow } from './call-rows.ts';
import { servesAnother } from './call-volume.ts';
import type { CostGroup } from './cost-report.ts';
import { db } from '../sql/typed-queries.ts';

/** Sums up the money and tokens of ended calls, by a name and by the kind of money. */
export function costQuery(filter: CostFilter): Compilable<GroupRow> {
  const name = groupName[filter.by];
  return callsOf(filter)
    .leftJoin('virtual_keys', 'virtual_keys.id', 'calls.key_id')
    .select([name.as('name'), kind.as('kind'), unknownPrices(filter.by).as('unknown_price'), ...sums])
    .groupBy([name, kind]);
}

export type CostFilter = Parameters<LedgerStore['costs']>[0];

/** The ended calls that a report is about. */
export function callsOf({ since, until, keyId }: Omit<CostFilter, 'by'>) {
  let query = db
    .selectFrom('calls')
    .where('calls.state', '<>', 'running')
    .where('calls.requested_model', '<>', askedChildren)
    .where('calls.started_at', '>=', BigInt(Math.ceil(since)));
  if (until !== undefined) query = query.where('calls.started_at', '<', BigInt(Math.ceil(until)));
  if (keyId !== undefined) query = query.where('calls.key_id', '=', keyId);
  return query;
}

/** What a report by this grouping calls a call. */
export const groupName: Record<CostGrouping, RawBuilder<string | bigint | null>> = {
  model: raw`calls.billed_model`,
  // Only calls of earlier versions have the second without the first.
  tier: raw`coalesce(calls.billed_tier, calls.tier)`,
  provider: raw`calls.billed_provider`,
  task: raw`calls.task`,
  tool: raw`calls.tool`,
  surface: raw`calls.surface`,
  // Keys that share a name are distinguished by the beginning of their ids.
  key: raw`case when virtual_keys.name is null then calls.key_id
    when virtual_keys.name in (select name from virtual_keys group by name having count(*) > 1)
      then virtual_keys.name || ' (' || substr(calls.key_id, 1, 8) || ')'
    else virtual_keys.name end`,
  tag: raw`calls.tags`,
  day: raw`calls.started_at / 86400000`,
};

/** The kind of money of a call. */
export const kind = raw<CostGroup['kind']>`case when calls.simulated = 1 then 'simulated'
  when calls.attempt_count > 0 or calls.booked > 0 then 'real' else 'neither' end`;

// A call of unknown price claims no saving: neither its cost nor its cost on the frontier model is known.
const frontier = raw`case when calls.cost is null then calls.booked else coalesce(calls.frontier_cost, calls.booked) end`;

// A cascade is one call of the model whose answer was given. Its money is in the rows of its steps, under the models
// that were paid; the cost of one call to the best model is in its own row.
const isCascade = raw`calls.verdicts is not null`;

/** Of a row of its own: the unknown price of a step is not one of its cascade. */
export const isOfUnknownPrice = raw`calls.cost is null and not ${isCascade}`;

/** A price that is unknown is that of a step where steps have rows of their own, otherwise that of the call. */
function unknownPrices(by: CostGrouping): RawBuilder<bigint> {
  return hasOwnMoney(by)
    ? total(raw`case when ${isOfUnknownPrice} then 1 else 0 end`)
    : wholeCallsOf(isOfUnknownPrice);
}

/** The groupings in which steps and earlier attempts may be listed under other names than their call. */
export function hasOwnMoney(by: CostGrouping): by is 'model' | 'provider' | 'tier' {
  return by === 'model' || by === 'provider' || by === 'tier';
}

/** How many calls are marked, or have marked steps. */
export function wholeCallsOf(isMarked: RawBuilder<unknown>): RawBuilder<bigint> {
  return raw<bigint>`count(distinct case when ${servesAnother} then calls.parent_id else calls.id end)
    filter (where ${isMarked})`;
}

const sums = [
  total(raw`case when ${servesAnother} then 0 else 1 end`).as('calls'),
  total(raw`case when calls.state = 'ok' and not ${servesAnother} then 1 else 0 end`).as('succeeded'),
  total(raw`calls.booked`).as('spent'),
  total(raw`coalesce(calls.caller_cost, 0)`).as('callers_own'),
  total(frontier).as('frontier'),
  total(raw`calls.input`).as('input'),
  total(raw`calls.output`).as('output'),
  total(raw`calls.cache_read`).as('cache_read'),
  total(raw`calls.cache_write`).as('cache_write'),
  total(raw`calls.cache_write_long`).as('cache_write_long'),
  total(raw`calls.reasoning`).as('reasoning'),
  total(raw`calls.web_searches`).as('web_searches'),
] as const;

/** A sum that is an exact integer in every backend. */
export function total(expression: RawBuilder<unknown>): RawBuilder<bigint> {
  return raw<bigint>`cast(sum(${expression}) as bigint)`;
}

type GroupRow = {
  name: string | bigint | null;
  kind: CostGroup['kind'];
  calls: bigint;
  succeeded: bigint;
  unknown_price: bigint;
  spent: bigint;
  callers_own: bigint;
  frontier: bigint;
} & Parameters<typeof usageFromRow>[0];

export function costGroupFromRow(row: GroupRow): CostGroup {
  return {
    name: row.name === null ? null : String(row.name),
    kind: row.kind,
    calls: Number(row.calls),
    succeeded: Number(row.succeeded),
    unknownPrice: Number(row.unknown_price),
    spent: row.spent,
    callersOwn: row.callers_own,
    frontier: row.frontier,
    usage: usageFromRow(row),
  };
}
