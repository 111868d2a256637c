import type { Call } from '../../core/call.ts';
import type { Resolution } from '../../core/catalogue.ts';
import type { ConclaveError } from '../../core/errors.ts';
import type { Model } from '../../core/model.ts';
import type { RequestFeatures } from '../../core/plan.ts';
import type { Candidate } from '../../core/provider.ts';
import type { EngineContext } from '../engine.ts';
import type { RuledOut } from './at-origin.ts';
import { configuredFallbacks } from './fallback-chain.ts';
import { noCandidate } from './no-candidate.ts';
import { ceilingOf } from './price-ceiling.ts';

/** A call, and what ruled out those who may not answer it. */
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
export function dearerThanAsked(
  engine: EngineContext,
  refused: Refused,
  fit: readonly Candidate[],
): ConclaveError | undefined {
  const { call, resolution, out } = refused;
  if (resolution.kind === 'auto' || call.models !== undefined) return undefined;
  const { id } = resolution.model;
  if (fit.some(({ model }) => model.id === id)) return undefined;
  const isDear = out.some(({ model, rule }) => model === id && rule === 'price');
  if (!isDear || configuredFallbacks(engine.settings.fallbacks, id)) return undefined;
  return nobodyLeft(engine, refused);
}

/** The error of a call that nobody may answer. */
export function nobodyLeft(engine: EngineContext, { features, resolution, out }: Refused): ConclaveError {
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
