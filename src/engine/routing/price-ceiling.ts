import { billOf } from '../../core/money/bill-of.ts';
import type { Call } from '../../core/call.ts';
import type { Plan, RequestFeatures } from '../../core/routing/plan.ts';
import type { Candidate } from '../../core/provider.ts';
import { nanoFromUsd, type NanoUsd, type Tokens } from '../../core/units.ts';
import { allAnswers, mostCost, type Extent } from '../money/most-cost.ts';
import type { Choice } from './choice.ts';

/** What a named model may cost, and what the caller allows. */
export type Ceiling = {
  readonly most: NanoUsd;
  readonly limit: NanoUsd;
  readonly inputTokens: Tokens;
  readonly outputTokens: Tokens;
};

/** For the named model, where its price is known and the caller set a ceiling. */
export function ceilingOf(features: RequestFeatures, choice: Choice): Ceiling | undefined {
  const { maxCostUsd } = features;
  if (maxCostUsd === undefined || choice.kind === 'open') return undefined;
  const { model } = choice;
  const extent = extentOf(features);
  const most = mostCost({ model }, features, extent);
  if (most === undefined) return undefined;
  const outputTokens = allAnswers(extent, features, model.maxOutputTokens);
  return { most, limit: nanoFromUsd(maxCostUsd), inputTokens: extent.prompt, outputTokens };
}

/** Whether a candidate may cost more than the caller allows. What the caller pays for itself is held to it too; an unknown price cannot be. */
export function isAboveCeiling(candidate: Candidate, features: RequestFeatures): boolean {
  return isAbove(candidate, features, extentOf(features));
}

/** Whether one that is above the ceiling is so by the bound of the prompt alone, and not by its estimate: counting would tell. */
export function isCeilingDoubtful(candidate: Candidate, features: RequestFeatures): boolean {
  const { prompt, answer } = extentOf(features);
  const isCounted = prompt < features.inputTokensUpperBound;
  if (isCounted || features.maxCostUsd === undefined || !candidate.model.price) return false;
  return !isAbove(candidate, features, { prompt: features.inputTokens, answer });
}

function isAbove(candidate: Candidate, features: RequestFeatures, extent: Extent): boolean {
  const { maxCostUsd } = features;
  if (maxCostUsd === undefined) return false;
  const most = mostCost(candidate, features, extent);
  return most !== undefined && most > nanoFromUsd(maxCostUsd);
}

/** What is set aside for the call, but the prompt by its count where it has been counted. */
function extentOf(features: RequestFeatures): Extent {
  const { inputTokensUpperBound, inputTokensAtMost, outputTokensUpperBound } = features;
  return { prompt: inputTokensAtMost ?? inputTokensUpperBound, answer: outputTokensUpperBound };
}

/** Whoever is named is never too dear for a price that is unknown; who set a ceiling learns that nothing was held against it. */
export function ceilingWarnings({ limits, providerWishes, surface }: Call, { steps }: Plan): string[] {
  if (limits.maxCostUsd === undefined && !providerWishes?.maxPrice) return [];
  const unknown = steps
    .flatMap(({ candidates }) => candidates)
    .filter((candidate) => billOf(candidate) === 'unknown')
    .map(({ model }) => model.id);
  if (unknown.length === 0) return [];
  const names = [...new Set(unknown)].join(', ');
  const remedy = surface === 'http' ? '; x-conclave-strict: true rules it out' : '';
  return [`the price of ${names} is unknown, so no ceiling was held against it${remedy}`];
}
