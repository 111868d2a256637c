import type { CallVolume } from '../../core/stores/ledger.ts';
import type { Candidate } from '../../core/deployment.ts';
import { simpleTasks, successPrior } from '../../core/routing/quality/success-prior.ts';
import type { Model } from '../../core/model.ts';
import { inSlices } from '../../core/streams/in-slices.ts';
import type { Overspending, Sample, TierReport } from '../../core/routing/what-if.ts';
import type { Scale } from '../sample/scale.ts';
import type { PaidCall } from '../sample/paid-calls.ts';
import { tierShares } from './tier-shares.ts';
import { answeredBy } from '../decisions/answered-by.ts';
import { featuresOf } from '../recorded/recorded-features.ts';
import { fits } from '../decisions/could-serve.ts';
import type { Decided } from '../decisions/decided.ts';
import type { World } from '../world/world.ts';

/**
 * An economy model serves a call equally well if its chance is at least this share of the frontier model's, or, for
 * tasks known to be simple, of what such a model is expected to achieve there: then only outcomes can speak against it.
 */
const asWell = 0.97;
const maxExamples = 10;

/**
 * Compares the shares of calls and money per tier with the guide, and finds frontier calls that an economy model could
 * have served.
 */
export async function tierReport(
  looked: readonly PaidCall[],
  {
    world,
    sample,
    scale,
    paid,
  }: {
    readonly world: World;
    readonly sample: Sample;
    readonly scale: Scale;
    readonly paid: readonly CallVolume[];
  },
): Promise<TierReport> {
  const calls = paid.reduce((total, group) => total + group.calls, 0);
  // Calls of models no longer configured still count in their tier.
  const leftOut = sample.leftOut - (calls - sample.calls);
  return {
    ...sample,
    calls,
    leftOut,
    tiers: tierShares(paid),
    overspent: await overspent(looked, world, scale),
  };
}

async function overspent(looked: readonly PaidCall[], world: World, scale: Scale): Promise<Overspending> {
  const found: { row: PaidCall; instead: Decided }[] = [];
  for await (const row of inSlices(looked)) {
    const instead = row.tier === 'frontier' ? economyFor(row, world) : undefined;
    if (instead && instead.nanoUsd < Number(row.cost)) found.push({ row, instead });
  }
  return {
    calls: Math.round(found.length * scale.calls),
    nanoUsd: Math.round(found.reduce((total, { row }) => total + Number(row.cost), 0) * scale.money),
    economyNanoUsd: Math.round(
      found.reduce((total, { instead }) => total + instead.nanoUsd, 0) * scale.money,
    ),
    examples: found
      .toSorted((a, b) => Number(b.row.cost - a.row.cost))
      .slice(0, maxExamples)
      .map(({ row, instead }) => ({
        id: row.id,
        ...(row.task && { task: row.task }),
        model: row.model,
        instead: instead.model.id,
      })),
  };
}

/** Returns the cheapest economy model with a sufficient chance. */
function economyFor(row: PaidCall, world: World): Decided | undefined {
  const features = featuresOf(row, world);
  const frontier = world.byId.get(row.model);
  if (!frontier) return undefined;
  const { task, difficulty } = features.work;
  const aspired = world.chance(frontier, features).mean;
  const isSimple = task !== undefined && simpleTasks.includes(task);
  const usual = (model: Model) => (isSimple ? successPrior(model, task, difficulty) : aspired);
  const doesAsWell = (candidate: Candidate) =>
    candidate.model.tier === 'economy' &&
    fits(candidate, row, features, world) &&
    world.chance(candidate.model, features).mean >= asWell * Math.min(aspired, usual(candidate.model));
  return world.candidates
    .filter(doesAsWell)
    .flatMap(({ model }) => answeredBy(model, row, features, world) ?? [])
    .toSorted((a, b) => a.nanoUsd - b.nanoUsd)[0];
}
