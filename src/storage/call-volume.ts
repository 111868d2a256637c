import { sql as raw, type RawBuilder } from 'kysely';
import { askedChildren, type CallFate, type CallVolume } from '../core/stores/ledger.ts';
import type { Tier } from '../core/task.ts';
import { nanoToJson, type Ms } from '../core/units.ts';

/** Whether a call was made to serve the one above it: a step, a judge, a guess of what it is for. What a tool asks are calls of their own. */
export const servesAnother = raw<boolean>`exists (select 1 from calls parent
    where parent.id = calls.parent_id and parent.requested_model <> ${askedChildren})`;

/**
 * Whole calls that used tokens, each at what it and those that served it cost. What became of each is decided here, once, for those
 * that count calls and those that draw from them.
 */
const wholeCalls = (since: Ms) => raw`select id, started_at, simulated, tier, model, cost,
    case when state <> 'ok' or model is null then 'unanswered'
      when decision like '%"embeddings"%' then 'vectors'
      when cost is null then 'unpriced' else 'paid' end as fate
  from (select calls.id, calls.started_at, calls.simulated, calls.tier, calls.model, calls.state, calls.decision,
      calls.cost + (select case when count(*) = count(step.cost) then cast(coalesce(sum(step.cost), 0) as bigint) end
        from calls step where step.parent_id = calls.id) as cost,
      ${tokens('calls')} + (select cast(coalesce(sum(${tokens('step')}), 0) as bigint)
        from calls step where step.parent_id = calls.id) as tokens
    from calls
    where calls.started_at >= ${BigInt(Math.ceil(since))} and calls.state <> 'running'
      and calls.requested_model <> ${askedChildren} and not ${servesAnother}) whole
  where tokens > 0`;

function tokens(table: 'calls' | 'step'): RawBuilder<bigint> {
  const buckets = ['input', 'output', 'cache_read', 'cache_write', 'cache_write_long', 'reasoning'];
  return raw.join(
    buckets.map((bucket) => raw.ref(`${table}.${bucket}`)),
    raw` + `,
  );
}

/** Whole calls, counted by all that a report tells apart. */
export function volumeQuery(since: Ms): RawBuilder<VolumeRow> {
  return raw`select fate, simulated, tier, model, count(*) as calls, min(started_at) as first_at,
      cast(coalesce(sum(cost), 0) as bigint) as spent
    from (${wholeCalls(since)}) counted group by fate, simulated, tier, model`;
}

type VolumeRow = {
  readonly fate: CallFate;
  readonly simulated: bigint;
  readonly tier: Tier | null;
  readonly model: string | null;
  readonly calls: bigint;
  readonly first_at: bigint;
  readonly spent: bigint;
};

export function volumeFromRow(row: VolumeRow): CallVolume {
  return {
    fate: row.fate,
    simulated: row.simulated === 1n,
    ...(row.tier !== null && { tier: row.tier }),
    ...(row.model !== null && { model: row.model }),
    calls: Number(row.calls),
    firstAt: Number(row.first_at),
    nanoUsd: nanoToJson(row.spent),
  };
}

/** What share of 2³² successive multiples of this fill evenly, in no rhythm that calls could have (Knuth, vol. 3, 6.4). */
const golden = 2_654_435_761n;
const word = 4_294_967_296n;

/**
 * Ids of one of each `every` paid calls that followed one another, each with the same chance: which of them goes by the
 * golden ratio, so that calls which alternate are drawn alike.
 */
export function sampleQuery({
  since,
  simulated,
  every,
  without,
}: {
  readonly since: Ms;
  readonly simulated: boolean;
  readonly every: number;
  readonly without: readonly string[];
}): RawBuilder<{ readonly id: string }> {
  const step = BigInt(every);
  const known = without.length === 0 ? raw`` : raw`and model not in (${raw.join(without)})`;
  return raw`select id from (
      select id, row_number() over (order by started_at, id) - 1 as place from (${wholeCalls(since)}) drawn
      where fate = 'paid' and simulated = ${BigInt(Number(simulated))} ${known}) numbered
    where place % ${step} = (place / ${step} * ${golden} % ${word}) * ${step} / ${word}
    order by place`;
}
