import type { ConclaveError } from '../../../core/errors.ts';
import type { Model } from '../../../core/model.ts';
import type { RequestFeatures } from '../../../core/routing/request/request-features.ts';
import type { Candidate } from '../../../core/deployment.ts';
import type { ModelSupply, SettingsOf } from '../../services.ts';
import type { RuledOut } from './filter.ts';
import type { ModelChoice } from '../../route.ts';
import { configuredFallbacks } from '../choice/fallback-chain.ts';
import { noCandidate, type LocalOnly } from './no-candidate.ts';
import { ceilingOf, type Ceiling } from './price-ceiling.ts';

/** What the call asked for, and what ruled out the models that may not answer. */
export type Refused = {
  readonly features: RequestFeatures;
  readonly choice: ModelChoice;
  readonly out: readonly RuledOut[];
};

/**
 * Returns the error of a call that names a model and a ceiling which that model may exceed: no model of our choosing
 * answers instead, only a list from the caller or configured fallbacks may.
 */
export function overPriceLimit(
  engine: Pick<ModelSupply, 'catalogue' | 'deploymentsOf'> & SettingsOf<'fallbacks'>,
  refused: Refused,
  fit: readonly Candidate[],
): ConclaveError | undefined {
  const { choice, out } = refused;
  if (choice.kind === 'open' || choice.isListed) return undefined;
  const { id } = choice.model;
  if (fit.some(({ model }) => model.id === id)) return undefined;
  const isDear = out.some(({ model, rule }) => model === id && rule === 'price');
  if (!isDear || configuredFallbacks(engine.settings.fallbacks, id)) return undefined;
  return noneLeft(engine, refused);
}

/** The error of a call that no candidate may answer. */
export function noneLeft(
  engine: Pick<ModelSupply, 'catalogue' | 'deploymentsOf'>,
  refused: Refused,
): ConclaveError {
  const { features, choice, out } = refused;
  const inputTokens = features.size.prompt.expected;
  const holds = ({ contextWindow = 0 }: Model) => contextWindow >= inputTokens;
  const wider = engine.catalogue
    .models()
    .find((model) => holds(model) && engine.deploymentsOf(model).length > 0);
  const ceilings = missedCeilings(engine, refused);
  return noCandidate({
    asked: features.asked.model,
    out: nearestFirst(out, ceilings),
    inputTokens,
    model: choice.kind === 'named' ? choice.model : undefined,
    wider: wider?.id,
    shortening: features.request.shortening?.field,
    ceiling: ceilings[0],
    local: features.asked.localOnly ? localOnly(engine, out) : undefined,
  });
}

function localOnly({ catalogue }: Pick<ModelSupply, 'catalogue'>, out: readonly RuledOut[]): LocalOnly {
  return {
    exists: catalogue.models().some(({ local }) => local),
    out: out.filter(({ model }) => catalogue.get(model)?.local),
  };
}

/** The ceiling that the named model may exceed; for an open choice, those of all that only it ruled out, the cheapest first. */
function missedCeilings(
  { catalogue }: Pick<ModelSupply, 'catalogue'>,
  { features, choice, out }: Refused,
): readonly Ceiling[] {
  const missed: Ceiling[] = [];
  for (const { model: id, rule } of out) {
    if (rule !== 'price' || (choice.kind === 'named' && choice.model.id !== id)) continue;
    const model = catalogue.get(id);
    const ceiling = model && ceilingOf(features, model);
    // One that is within the ceiling was ruled out by another limit on prices.
    if (ceiling && ceiling.most > ceiling.limit) missed.push(ceiling);
  }
  return missed.toSorted((a, b) => Number(a.most - b.most));
}

/** The models that miss only the ceiling, the cheapest first, and then the others as they are. */
function nearestFirst(out: readonly RuledOut[], ceilings: readonly Ceiling[]): readonly RuledOut[] {
  const places = new Map(ceilings.map(({ model }, at) => [model, at]));
  const placeOf = ({ model }: RuledOut) => places.get(model) ?? ceilings.length;
  return out.toSorted((a, b) => placeOf(a) - placeOf(b));
}
