import { billOf } from '../../../core/money/bill-of.ts';
import type { Call } from '../../../core/call.ts';
import type { Model } from '../../../core/model.ts';
import type { Plan } from '../../../core/routing/plan/plan.ts';
import type { RequestFeatures } from '../../../core/routing/request/request-features.ts';
import type { SharedCeiling } from '../../../core/routing/request/shared-ceiling.ts';
import type { Candidate } from '../../../core/deployment.ts';
import { dollarText, nanoFromUsd, type NanoUsd, type Tokens } from '../../../core/units.ts';
import { allAnswers } from '../../../core/money/all-answers.ts';
import { mostCost, type Extent } from '../../money/most-cost.ts';
import { mostPromptTokens } from '../../money/most-tokens.ts';

/** What a model may cost, and what the caller allows. */
export type Ceiling = {
  readonly model: Model['id'];
  readonly most: NanoUsd;
  readonly limit: NanoUsd;
  readonly shared?: SharedCeiling | undefined;
  readonly inputTokens: Tokens;
  readonly outputTokens: Tokens;
  /** The prompt contains a part of unknown length, for which the whole context window is assumed. */
  readonly fillsWindow: boolean;
};

/** The ceiling for a model, if its price is known and the caller set a ceiling. */
export function ceilingOf(features: RequestFeatures, model: Model): Ceiling | undefined {
  const { maxCostUsd, sharedCeiling: shared } = features.limits;
  if (maxCostUsd === undefined) return undefined;
  const extent = extentOf(features);
  const most = mostCost({ model }, features, extent);
  if (most === undefined) return undefined;
  const outputTokens = allAnswers(extent, features.size, model.maxOutputTokens);
  const { fillsWindow } = features.size;
  const inputTokens = mostPromptTokens(model, features.size, extent.prompt);
  const limit = nanoFromUsd(maxCostUsd);
  return { model: model.id, most, limit, shared, inputTokens, outputTokens, fillsWindow };
}

/** Names a ceiling: the caller's own, the part that one of several calls has of it, or what earlier calls left of it. */
export function ceilingText({ limit, shared }: Pick<Ceiling, 'limit' | 'shared'>): string {
  if (!shared) return `the ceiling of ${dollarText(limit)}`;
  const origin = ceilingText({ limit: nanoFromUsd(shared.maxCostUsd), shared: shared.shared });
  const own = dollarText(limit);
  if (shared.kind === 'left') return `${own}, what earlier calls left of ${origin}`;
  const among = shared.shared ? `${origin},` : origin;
  return `${own}, its part of ${among} for ${shared.calls} calls`;
}

/**
 * Whether a candidate may cost more than the caller allows. Calls that the caller pays for itself are checked too; an
 * unknown price cannot be.
 */
export function isAboveCeiling(candidate: Candidate, features: RequestFeatures): boolean {
  return isAbove(candidate, features, extentOf(features));
}

/**
 * Whether a candidate is above the ceiling only by the upper bound of the prompt, and not by its estimate: a count
 * would decide.
 */
export function isCeilingDoubtful(candidate: Candidate, features: RequestFeatures): boolean {
  const { prompt, answer } = extentOf(features);
  const isCounted = prompt < features.size.prompt.reserved;
  if (isCounted || features.limits.maxCostUsd === undefined || !candidate.model.price) return false;
  return !isAbove(candidate, features, { prompt: features.size.prompt.expected, answer });
}

function isAbove(candidate: Candidate, features: RequestFeatures, extent: Extent): boolean {
  const { maxCostUsd } = features.limits;
  if (maxCostUsd === undefined) return false;
  const most = mostCost(candidate, features, extent);
  return most !== undefined && most > nanoFromUsd(maxCostUsd);
}

/** What is reserved for the call, except that a counted prompt is taken by its count. */
function extentOf({ size: { prompt, answer } }: RequestFeatures): Extent {
  return { prompt: prompt.ceiling, answer: answer.ceiling };
}

/**
 * A named model of unknown price is never ruled out by a ceiling; warns the caller that the ceiling was not checked.
 */
export function ceilingWarnings({ limits, providerPreferences, surface }: Call, { steps }: Plan): string[] {
  if (limits.maxCostUsd === undefined && !providerPreferences?.maxPrice) return [];
  const unknown = steps
    .flatMap(({ candidates }) => candidates)
    .filter((candidate) => billOf(candidate) === 'unknown')
    .map(({ model }) => model.id);
  if (unknown.length === 0) return [];
  const names = [...new Set(unknown)].join(', ');
  const remedy = surface === 'http' ? '; x-conclave-strict: true excludes it' : '';
  return [`the price of ${names} is unknown, so the price ceiling was not enforced${remedy}`];
}
