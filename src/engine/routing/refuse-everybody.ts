import type { Call } from '../../core/call.ts';
import type { Resolution } from '../../core/catalogue.ts';
import type { ConclaveError } from '../../core/errors.ts';
import type { Model } from '../../core/model.ts';
import type { RequestFeatures } from '../../core/plan.ts';
import type { EngineContext } from '../engine.ts';
import type { RuledOut } from './at-origin.ts';
import { configuredFallbacks } from './fallback-chain.ts';
import { noCandidate } from './no-candidate.ts';
import { ceilingOf } from './price-ceiling.ts';

/** A call of which nobody may be left, and what ruled them out. */
export type Refused = {
  readonly call: Call;
  readonly features: RequestFeatures;
  readonly resolution: Resolution;
  readonly out: readonly RuledOut[];
};

/**
 * Who names a model and a ceiling that it may break learns so: nobody of our choosing answers instead, which a list of the
 * caller's own or configured fallbacks may.
 */
export function refuseDearerThanAsked(
  engine: EngineContext,
  { call, features, resolution, out }: Refused,
): void {
  if (resolution.kind === 'auto' || call.models !== undefined) return;
  const { model } = resolution;
  const isOut = out.some(({ model: id, rule }) => id === model.id && rule === 'price');
  if (isOut && !configuredFallbacks(engine.settings.fallbacks, model.id))
    throw nobodyLeft(engine, { features, resolution, out });
}

/** The error of a call that nobody may answer. */
export function nobodyLeft(
  engine: EngineContext,
  { features, resolution, out }: Omit<Refused, 'call'>,
): ConclaveError {
  const { inputTokens } = features;
  const holds = ({ contextWindow = 0 }: Model) => contextWindow >= inputTokens;
  const wider = engine.catalogue
    .models()
    .find((model) => holds(model) && engine.deploymentsOf(model).length > 0);
  return noCandidate({
    asked: features.requestedModel,
    out,
    inputTokens,
    model: resolution.kind === 'model' ? resolution.model : undefined,
    wider: wider?.id,
    ceiling: ceilingOf(features, resolution),
  });
}
