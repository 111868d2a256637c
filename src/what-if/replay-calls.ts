import { ConclaveError } from '../core/errors.ts';
import type { Model } from '../core/model.ts';
import type { Change, ReplayReport, Sample, Shift } from '../core/what-if.ts';
import { qualityInterval, sumInterval, type Known } from './interval.ts';
import type { PaidCall } from './ledger-sample.ts';
import { priceChange } from './price-change.ts';
import { answeredBy, decide, featuresOf, isMeantBy, type Decided, type World } from './world.ts';

/**
 * Decides the ledger's calls anew in a changed world. `market` is what could be bought anywhere, for the premium.
 * @throws ConclaveError `invalid_request` for a change that means nothing.
 */
export function replayCalls(
  calls: readonly PaidCall[],
  {
    change,
    world,
    market,
    sample,
  }: {
    readonly change: Change;
    readonly world: World;
    readonly market: readonly Model[];
    readonly sample: Sample;
  },
): ReplayReport {
  const { policy, without = [], prices = [] } = change;
  const changedPrice = priceChange(prices, world.models);
  for (const name of without) checkName(name, world.models);
  const models = world.models
    .filter((model) => !without.some((name) => isMeantBy(name, model)))
    .map(changedPrice);
  const changed: World = { ...world, models };
  const isSame = policy === undefined && without.length === 0 && prices.length === 0;

  const decided = calls.map((row) => ({
    row,
    before: asItWas(row, world),
    after: isSame ? asItWas(row, world) : decide(row, changed, policy),
  }));
  const served = decided.flatMap(({ row, after }) => (after ? [{ row, after }] : []));
  const paid = calls.reduce((sum, { cost }) => sum + Number(cost), 0);
  return {
    ...sample,
    change,
    before: { totalNanoUsd: paid, quality: qualityInterval(decided.map(({ before }) => before.quality)) },
    after: {
      totalNanoUsd: sumInterval(served.map(({ after }) => after.nanoUsd)),
      quality: qualityInterval(served.map(({ after }) => after.quality)),
    },
    unserved: decided.length - served.length,
    shifts: shiftsOf(served),
    premium: premiumOf(calls, world, market),
  };
}

type Served = { readonly row: PaidCall; readonly after: Decided };

const mostShifts = 20;

function shiftsOf(served: readonly Served[]): Shift[] {
  const moved = served.filter(({ row, after }) => row.model !== after.model.id);
  const groups = Object.values(Object.groupBy(moved, ({ row, after }) => `${row.model} ${after.model.id}`));
  return groups
    .map((group = []): Shift => ({
      from: group[0]?.row.model ?? '',
      to: group[0]?.after.model.id ?? '',
      calls: group.length,
      beforeNanoUsd: group.reduce((sum, { row }) => sum + Number(row.cost), 0),
      afterNanoUsd: group.reduce((sum, { after }) => sum + after.nanoUsd, 0),
    }))
    .sort((a, b) => b.calls - a.calls)
    .slice(0, mostShifts);
}

/** What was paid beyond the cheapest anywhere that is expected to do as well. */
function premiumOf(
  calls: readonly PaidCall[],
  world: World,
  market: readonly Model[],
): ReplayReport['premium'] {
  const best = calls.flatMap((row): Served[] => {
    const features = featuresOf(row, world);
    const quality = asItWas(row, world).quality.mean;
    const asGood = market.filter(
      (model) =>
        world.chance(model, features).mean >= quality &&
        (model.contextWindow ?? Infinity) >= features.inputTokens,
    );
    const offers = asGood.flatMap((model) => answeredBy(model, row, features, world) ?? []);
    const cheapest = offers.toSorted((a, b) => a.nanoUsd - b.nanoUsd)[0];
    return cheapest && cheapest.nanoUsd < Number(row.cost) ? [{ row, after: cheapest }] : [];
  });
  const nanoUsd = best.reduce((sum, { row, after }) => sum + Number(row.cost) - after.nanoUsd, 0);
  const paid = calls.reduce((sum, { cost }) => sum + Number(cost), 0);
  return { nanoUsd, share: paid === 0 ? 0 : nanoUsd / paid, elsewhere: shiftsOf(best).slice(0, 5) };
}

/** What the ledger says was paid, and what is thought of the model that answered. */
function asItWas(row: PaidCall, world: World): Decided & { readonly quality: Known } {
  const model = world.models.find(({ id }) => id === row.model) ?? goneModel(row);
  const { mean, deviation } = world.chance(model, featuresOf(row, world));
  return {
    model,
    nanoUsd: Number(row.cost),
    quality: { mean, deviation, cell: `${model.id} ${row.task ?? ''}` },
  };
}

/** One that is no longer configured: its tier is all that is known of it. */
function goneModel({ model: id, provider = '', tier }: PaidCall): Model {
  return {
    id,
    provider,
    name: id,
    family: provider,
    capabilities: {},
    strengths: [],
    weaknesses: [],
    local: false,
    ...(tier && { tier }),
  };
}

function checkName(name: string, models: readonly Model[]): void {
  if (models.some((model) => isMeantBy(name, model))) return;
  const known = [...new Set(models.flatMap(({ provider, family }) => [provider, family]))].join(', ');
  throw new ConclaveError(
    'invalid_request',
    `--without ${name}: no provider, family or model is called that; known: ${known}, and ids as openai/*.`,
  );
}
