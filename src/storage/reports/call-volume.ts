import { sql as raw, type RawBuilder } from 'kysely';
import { askedChildren, type CallFate, type CallVolume } from '../../core/stores/ledger.ts';
import type { Tier } from '../../core/task.ts';
import { sumToJson, type Ms } from '../../core/units.ts';

/**
 * Whether a call was made to serve its parent: a step, a judge, a classification. Calls made by a tool count as calls
 * of their own.
 */
export const servesAnother = raw<boolean>`exists (select 1 from calls parent
    where parent.id = calls.parent_id and parent.requested_model <> ${askedChildren})`;

/**
 * Whole calls that used tokens, each with its own cost plus that of its children. The fate of each is decided here,
 * once, for counting and for sampling.
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

/** Counts whole calls by everything that a report distinguishes. */
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
    nanoUsd: sumToJson(row.spent),
  };
}

/**
 * The golden ratio's share of 2³²: its multiples are spread evenly, without a rhythm that calls could share (Knuth,
 * vol. 3, 6.4).
 */
const golden = 2_654_435_761n;
const word = 4_294_967_296n;

/**
 * Selects the id of one in every `every` consecutive paid calls, each equally likely: the golden ratio picks which one,
 * so that alternating calls are sampled alike.
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
