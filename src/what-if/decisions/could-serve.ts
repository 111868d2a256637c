import type { Candidate } from '../../core/deployment.ts';
import type { CallRow } from '../../core/stores/ledger.ts';
import type { Model } from '../../core/model.ts';
import { costOf } from '../../core/money/price.ts';
import type { FilterRule } from '../../core/routing/decision/routing-decision.ts';
import type { RequestFeatures } from '../../core/routing/request/request-features.ts';
import { type Usd, nanoFromUsd } from '../../core/units.ts';
import type { PaidCall } from '../sample/paid-calls.ts';
import type { World } from '../world/world.ts';

/**
 * Whether a model could have served a call: what ruled it out then rules it out now, except for reasons that may have
 * changed.
 */
export function couldServe(model: Model, row: CallRow, features: RequestFeatures): boolean {
  const { capabilities, contextWindow } = model;
  const { models } = row.decision?.wishes ?? {};
  const { maxCostUsd, otherFamilyThan } = features.limits;
  if (models !== undefined && !models.includes(model.id)) return false;
  // What the call used is less than what it might have used: models that a decision ruled out for more are named in it.
  if (maxCostUsd !== undefined && costsMore(model, row, maxCostUsd)) return false;
  if (features.asked.localOnly && !model.local) return false;
  if (otherFamilyThan?.includes(model.family)) return false;
  if (capabilities.embeddings === true) return false;
  if (contextWindow !== undefined && contextWindow < features.size.prompt.expected) return false;
  for (const need of features.request.needs) if (capabilities[need] === false) return false;
  const rule = row.decision?.ruledOut.find((out) => out.model === model.id)?.rule;
  if (rule === 'price' && maxCostUsd !== undefined) return false;
  return rule === undefined || passing.has(rule);
}

/** Whether a candidate could have served a call of its key. */
export function fits(candidate: Candidate, row: PaidCall, features: RequestFeatures, world: World): boolean {
  return couldServe(candidate.model, row, features) && world.mayUse(row, candidate);
}

function costsMore({ price }: Model, { usage, startedAt }: CallRow, maxCostUsd: Usd): boolean {
  return price !== undefined && costOf(usage, price, startedAt) > nanoFromUsd(maxCostUsd);
}

/** Reasons of that day only: prices change, keys are added, context windows are checked again. */
const passing: ReadonlySet<FilterRule> = new Set(['unconfigured', 'window', 'price', 'latency', 'budget']);
