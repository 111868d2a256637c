import type { Model } from '../../core/model.ts';
import { costOf } from '../../core/money/price.ts';
import type { StepVerdict } from '../../core/stores/ledger.ts';
import type { Decided } from './decided.ts';
import type { PaidCall } from '../sample/paid-calls.ts';
import { featuresOf } from '../recorded/recorded-features.ts';
import type { World } from '../world/world.ts';

/**
 * Returns what the ledger says was paid, and the estimated quality of the model that answered; for a cascade's answer,
 * the probability recorded when it was given.
 */
export function asItWas(row: PaidCall, world: World): Decided {
  const model = world.byId.get(row.model) ?? goneModel(row);
  const chance = world.chance(model, featuresOf(row, world));
  return {
    model,
    path: row.parts.map((part) => part.model),
    nanoUsd: Number(row.cost),
    quality: { ...chance, mean: verdictOf(row)?.probability ?? chance.mean, model: model.id },
  };
}

/** The verdict on the answer that a cascade gave; the last step's own has no probability. */
function verdictOf({ verdicts, model }: PaidCall): StepVerdict | undefined {
  return verdicts?.findLast((step) => step.accepted) ?? verdicts?.findLast((step) => step.model === model);
}

/** Returns a call as it was, at other prices; `undefined` if one of its models is no longer available. */
export function repriced(row: PaidCall, world: World, changed: World): Decided | undefined {
  const was = asItWas(row, world);
  let nanoUsd = 0;
  for (const { model: id, usage, cost } of [...row.parts, ...row.guesses]) {
    const before = world.byId.get(id)?.price;
    if (!before) {
      nanoUsd += Number(cost);
      continue;
    }
    const now = changed.byId.get(id);
    if (!now?.price) return undefined;
    const usual = Number(costOf(usage, before, row.startedAt));
    // The booked cost counts even if prices have changed since: the change is a factor of it.
    const factor = usual === 0 ? 1 : Number(costOf(usage, now.price, row.startedAt)) / usual;
    nanoUsd += Number(cost) * factor;
  }
  return { ...was, nanoUsd: Math.round(nanoUsd) };
}

/** A model that is no longer configured: only its tier is known. */
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
