import type { Sample } from '../../core/routing/what-if.ts';
import type { AttemptRow, CallVolume } from '../../core/stores/ledger.ts';
import type { LedgerStore } from '../../core/stores/stores.ts';
import type { Ms } from '../../core/units.ts';
import { paidCalls, type PaidCall } from './paid-calls.ts';
import { scaleOf, type Scale } from './scale.ts';
import { survey } from './survey.ts';

/** Calls of a period, drawn evenly, and what they stand for. */
export type SampledCalls = {
  readonly calls: readonly PaidCall[];
  readonly attempts: readonly AttemptRow[];
  readonly sample: Sample;
  readonly scale: Scale;
  /** Everything that was paid in the period, drawn or not. */
  readonly paid: readonly CallVolume[];
  /** The days since the first call. */
  readonly days: number;
};

type Period = {
  readonly since: Ms;
  readonly now: Ms;
  /** Whether a model is still configured with a price, so that its calls can be decided again. */
  readonly isPriced: (model: string) => boolean;
};

/** At most this many calls are examined; if there are more, this many are drawn evenly from the whole period. */
const maxCalls = 20_000;
const dayMs: Ms = 86_400_000;

/** Draws the calls of a period from the ledger. */
export async function sampleCalls(
  ledger: Pick<LedgerStore, 'volume' | 'sample'>,
  { since, now, isPriced }: Period,
): Promise<SampledCalls> {
  const all = survey(await ledger.volume({ since }), isPriced);
  const every = Math.max(1, Math.ceil(all.calls / maxCalls));
  const without = all.gone.map(({ model }) => model);
  const rows = await ledger.sample({ since, simulated: all.simulated, every, without });
  const calls = await paidCalls(rows);
  const sample: Sample = {
    since: new Date(since).toISOString(),
    calls: every === 1 ? calls.length : all.calls,
    lookedAt: calls.length,
    simulated: all.simulated,
    leftOut: all.leftOut,
    gone: all.gone,
  };
  const nanoUsd = calls.reduce((sum, { cost }) => sum + Number(cost), 0);
  return {
    calls,
    attempts: rows.flatMap(({ attempts }) => attempts),
    sample,
    scale: scaleOf({ calls: calls.length, nanoUsd }, { ...all, calls: sample.calls }),
    paid: all.paid,
    days: (now - (all.firstAt ?? now)) / dayMs,
  };
}
