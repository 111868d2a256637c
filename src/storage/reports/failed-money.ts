import { type Compilable, sql as raw, type RawBuilder } from 'kysely';
import { noUsage, subtractUsage } from '../../core/money/usage.ts';
import type { CostGrouping } from '../../core/stores/ledger.ts';
import { usageFromRow } from './call-rows.ts';
import { callsOf, groupName, kind, total, type CostFilter } from './cost-query.ts';
import { noMoney, type CostGroup } from './cost-report.ts';

// A call is listed under the model that answered it. What earlier attempts cost was paid to other models and providers,
// and is listed under those.

const attemptName = {
  model: raw<string | null>`attempts.model`,
  provider: raw<string | null>`attempts.provider`,
  tier: raw<string | null>`attempts.tier`,
} satisfies Partial<Record<CostGrouping, RawBuilder<string | null>>>;

/** Sums up the money and tokens of earlier attempts whose names differ from their calls', by both names. */
export function failedMoneyQuery(filter: CostFilter, by: keyof typeof attemptName): Compilable<MovedRow> {
  const [paid, listed] = [attemptName[by], groupName[by]];
  return (
    callsOf(filter)
      .innerJoin('attempts', 'attempts.call_id', 'calls.id')
      .where(isEarlier)
      .where(raw<boolean>`attempts.model is distinct from calls.billed_model`)
      // Attempts of older ledgers have no tier, and stay with their calls.
      .where(raw<boolean>`${paid} is not null and ${paid} is distinct from ${listed}`)
      .select([
        paid.as('paid'),
        listed.as('listed'),
        kind.as('kind'),
        total(raw`coalesce(attempts.cost, 0)`).as('spent'),
        raw<bigint>`count(distinct ${unknownCall})`.as('unknown'),
        total(raw`case when ${isOnlyReason(by)} then 1 else 0 end`).as('only_unknown'),
        ...usageSums,
      ])
      .groupBy([paid, listed, kind])
  );
}

/** The last attempt is the one whose money is listed under the call's own name. */
const isEarlier = raw<boolean>`attempts.position < calls.attempt_count - 1`;

const unknownCall = raw`case when attempts.cost is null then calls.id end`;

/** The first attempt of unknown price of a call all of whose unknown prices are those of others. */
function isOnlyReason(by: keyof typeof attemptName): RawBuilder<boolean> {
  const column = raw.ref(`other.${by}`);
  return raw`attempts.cost is null and not exists (select 1 from attempts other
    where other.call_id = calls.id and other.cost is null
      and (other.position < attempts.position or other.position = calls.attempt_count - 1
        or ${column} is not distinct from ${groupName[by]}))`;
}

const usageSums = (
  ['input', 'output', 'cache_read', 'cache_write', 'cache_write_long', 'reasoning', 'web_searches'] as const
).map((bucket) => total(raw.ref(`attempts.${bucket}`)).as(bucket));

type MovedRow = {
  readonly paid: string | null;
  readonly listed: string | bigint | null;
  readonly kind: CostGroup['kind'];
  readonly spent: bigint;
  readonly unknown: bigint;
  readonly only_unknown: bigint;
} & Parameters<typeof usageFromRow>[0];

/** Returns what to add to the name that was paid, and to take from the name of the calls. */
export function movedGroups(row: MovedRow): CostGroup[] {
  const usage = usageFromRow(row);
  return [
    {
      ...noMoney,
      name: row.paid,
      kind: row.kind,
      spent: row.spent,
      unknownPrice: Number(row.unknown),
      usage,
    },
    {
      ...noMoney,
      name: row.listed === null ? null : String(row.listed),
      kind: row.kind,
      spent: -row.spent,
      unknownPrice: -Number(row.only_unknown),
      usage: subtractUsage(noUsage, usage),
    },
  ];
}
