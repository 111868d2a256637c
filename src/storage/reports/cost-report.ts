import { z } from 'zod';
import { readStoredJson } from '../../core/json/read-stored.ts';
import type { CostGrouping, CostReport, CostRow } from '../../core/stores/ledger.ts';
import { inSlices } from '../../core/streams/in-slices.ts';
import { sumToJson, type Ms, type NanoUsd } from '../../core/units.ts';
import { addUsage, noUsage, type Usage } from '../../core/money/usage.ts';
import type { MarkedCalls } from './marked-calls.ts';

/** Calls that agree in everything a report distinguishes, summed up by the database. */
export type CostGroup = {
  /** The group's name, or for tags the JSON list of names under which it counts. */
  readonly name: string | null;
  /**
   * `neither`: no provider was asked and nothing was paid. Refused calls belong to whichever kind of money the report
   * is about.
   */
  readonly kind: 'real' | 'simulated' | 'neither';
  readonly calls: number;
  readonly succeeded: number;
  /** Calls; by model, provider and tier also steps of cascades. */
  readonly unknownPrice: number;
  readonly spent: NanoUsd;
  /** What callers paid with their own keys. */
  readonly callersOwn: NanoUsd;
  /** What the calls would have cost on the best frontier model; their own cost if that is unknown. */
  readonly frontier: NanoUsd;
  readonly usage: Usage;
};

const unnamed = '(none)';

/**
 * Adds up groups. Real and simulated money are never added together: the report is about real calls if there are any,
 * with the simulated ones listed separately; otherwise it is about simulated calls and says so.
 * Callers choose their tags, so there can be as many groups as calls, and everything else runs in between.
 */
export async function costReport(
  {
    groups,
    moved,
    marked,
  }: {
    readonly groups: readonly CostGroup[];
    /** Money that rows list under other names than the calls; adds nothing to totals. */
    readonly moved: readonly CostGroup[];
    readonly marked: readonly MarkedCalls[];
  },
  { since, by }: { readonly since: Ms; readonly by: CostGrouping },
): Promise<CostReport> {
  const ofKind = (kind: CostGroup['kind']) => groups.filter((group) => group.kind === kind);
  const simulated = ofKind('simulated');
  const allSimulated = simulated.length > 0 && ofKind('real').length === 0;
  const isCounted = ({ kind }: Pick<CostGroup, 'kind'>) =>
    kind === 'neither' || kind === (allSimulated ? 'simulated' : 'real');
  const counted = groups.filter(isCounted);
  const total = await sum(counted);
  const { unknownPrice, estimated, callersOwn } = markedInAll(marked.filter(isCounted));
  return {
    since: new Date(since).toISOString(),
    by,
    totalNanoUsd: sumToJson(total.spent),
    calls: total.calls,
    simulated: allSimulated || (simulated.length > 0 && apart(await sum(simulated))),
    unknownPriceCalls: unknownPrice,
    estimatedCalls: estimated,
    ...(callersOwn > 0 && {
      callersOwn: { totalNanoUsd: sumToJson(total.callersOwn), calls: callersOwn },
    }),
    frontierNanoUsd: sumToJson(total.frontier),
    savingNanoUsd: sumToJson(total.frontier - total.spent),
    ...perSuccess(total),
    rows: await rowsOf([...counted, ...moved.filter(isCounted)], by, total.spent),
  };
}

function markedInAll(marked: readonly MarkedCalls[]): Omit<MarkedCalls, 'kind'> {
  return marked.reduce(
    (all, { unknownPrice, estimated, callersOwn }) => ({
      unknownPrice: all.unknownPrice + unknownPrice,
      estimated: all.estimated + estimated,
      callersOwn: all.callersOwn + callersOwn,
    }),
    { unknownPrice: 0, estimated: 0, callersOwn: 0 },
  );
}

async function rowsOf(groups: readonly CostGroup[], by: CostGrouping, total: NanoUsd): Promise<CostRow[]> {
  const byName = new Map<string, Sum>();
  for await (const group of inSlices(groups)) {
    for (const name of namesOf(group, by)) byName.set(name, add(byName.get(name) ?? noMoney, group));
  }
  const rows = Array.from(byName, ([name, sums]) => ({ name, total: sums })).filter(
    ({ total: { calls, spent, unknownPrice } }) => calls > 0 || spent > 0n || unknownPrice > 0,
  );
  rows.sort((a, b) =>
    by === 'day' ? order(a.name, b.name) : order(b.total.spent, a.total.spent) || order(a.name, b.name),
  );
  return rows.map(({ name, total: row }) => rowOf(name, row, total));
}

function rowOf(name: string, row: Sum, total: NanoUsd): CostRow {
  return {
    name,
    totalNanoUsd: sumToJson(row.spent),
    calls: row.calls,
    succeeded: row.succeeded,
    unknownPriceCalls: row.unknownPrice,
    share: total === 0n ? 0 : Number(row.spent) / Number(total),
    usage: row.usage,
    ...perSuccess(row),
  };
}

/** A call with several tags counts under each of them: rows by tag may add up to more than the total. */
function namesOf({ name }: CostGroup, by: CostGrouping): string[] {
  if (by === 'day') return [new Date(Number(name) * 86_400_000).toISOString().slice(0, 10)];
  if (by !== 'tag') return [name ?? unnamed];
  const tags = readStoredJson(z.array(z.string()), name ?? '[]');
  // Money under tags that cannot be read still counts; `show` says so for each of these calls.
  return tags.ok && tags.value.length > 0 ? [...new Set(tags.value)] : [unnamed];
}

/** Everything that adds up. */
export type Sum = Omit<CostGroup, 'name' | 'kind'>;

async function sum(groups: readonly Sum[]): Promise<Sum> {
  let total = noMoney;
  for await (const group of inSlices(groups)) total = add(total, group);
  return total;
}

function add(a: Sum, b: Sum): Sum {
  return {
    calls: a.calls + b.calls,
    succeeded: a.succeeded + b.succeeded,
    unknownPrice: a.unknownPrice + b.unknownPrice,
    spent: a.spent + b.spent,
    callersOwn: a.callersOwn + b.callersOwn,
    frontier: a.frontier + b.frontier,
    usage: addUsage(a.usage, b.usage),
  };
}

/** The sum of no calls. */
export const noMoney: Sum = {
  calls: 0,
  succeeded: 0,
  unknownPrice: 0,
  spent: 0n,
  callersOwn: 0n,
  frontier: 0n,
  usage: noUsage,
};

function apart({ spent, calls }: Sum): { totalNanoUsd: number; calls: number } {
  return { totalNanoUsd: sumToJson(spent), calls };
}

/** All the money, including failures, divided by the successes, rounded half up. Absent if no price is known. */
function perSuccess({ spent, succeeded, unknownPrice }: Sum): { nanoUsdPerSuccess?: number } {
  if (succeeded === 0 || (spent === 0n && unknownPrice > 0)) return {};
  const count = BigInt(succeeded);
  return { nanoUsdPerSuccess: sumToJson((2n * spent + count) / (2n * count)) };
}

function order<T extends string | bigint>(a: T, b: T): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
