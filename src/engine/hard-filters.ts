import type { Principal } from '../core/call.ts';
import type { DialectId } from '../core/content.ts';
import { matchesPattern } from '../core/matches-pattern.ts';
import type { Capability } from '../core/model.ts';
import type { FilterRule, RequestFeatures } from '../core/plan.ts';
import { upperBoundCost } from '../core/price.ts';
import type { Candidate } from '../core/provider.ts';
import { nanoFromUsd } from '../core/units.ts';

/** A filter's verdict: which rule, and the sentence that a person reads. */
export type Exclusion = { readonly rule: FilterRule; readonly reason: string };

/** What candidates are held against. */
export type Sieve = {
  readonly features: RequestFeatures;
  readonly principal: Principal;
  /** Whether this build has a codec of a dialect. */
  readonly speaks: (dialect: DialectId) => boolean;
};

/**
 * Why a candidate cannot serve a call at all, or `undefined` if it can. Unknown capabilities, windows and prices
 * never exclude; what is excluded here no policy can bring back.
 */
export function ruledOut(
  candidate: Candidate,
  { features, principal, speaks }: Sieve,
): Exclusion | undefined {
  const { model } = candidate;
  if (principal.models && !principal.models.some((pattern) => matchesPattern(model.id, pattern))) {
    return { rule: 'key', reason: `the key "${principal.name}" may not use it` };
  }
  if (features.localOnly && !model.local)
    return { rule: 'data-policy', reason: 'only local models may see this call' };
  const missing = features.needs.find(
    (need) => model.capabilities[need] === false && !inWords(candidate, need),
  );
  if (missing) return { rule: 'capability', reason: `it cannot do ${missing}` };
  return mute(candidate, features, speaks) ?? tooLong(candidate, features) ?? tooDear(candidate, features);
}

/** A provider that nobody here can talk to, or not in the one dialect that the request needs. */
function mute(
  { deployment }: Candidate,
  { pinnedDialect, needs }: RequestFeatures,
  speaks: Sieve['speaks'],
): Exclusion | undefined {
  const { endpoints } = deployment;
  if (pinnedDialect && !endpoints.some(({ dialect }) => dialect === pinnedDialect)) {
    return { rule: 'dialect', reason: `the request needs a provider that speaks ${pinnedDialect}` };
  }
  const wantsVectors = needs.includes('embeddings');
  if (deployment.custom ? !wantsVectors : endpoints.some(({ dialect }) => speaks(dialect))) return undefined;
  if (wantsVectors) return { rule: 'capability', reason: 'its provider has no embeddings' };
  const known = endpoints.map(({ dialect }) => dialect).join(', ') || 'nothing';
  return { rule: 'dialect', reason: `its provider speaks ${known}, which this build does not` };
}

/** A schema that a seller cannot hold to is told to its model in words, with a warning: worse, but not nothing. */
function inWords({ deployment }: Candidate, need: Capability): boolean {
  const { schemaMode } = deployment.provider.quirks;
  return need === 'json-schema' && schemaMode !== undefined && schemaMode !== 'json-schema';
}

function tooLong({ model }: Candidate, features: RequestFeatures): Exclusion | undefined {
  if (model.contextWindow === undefined || features.inputTokens <= model.contextWindow) return undefined;
  // Each text has the window to itself, and the provider refuses one that is too long.
  if (features.needs.includes('embeddings')) return undefined;
  return {
    rule: 'window',
    reason: `its window holds ${model.contextWindow} tokens, the prompt is about ${features.inputTokens}`,
  };
}

function tooDear({ model }: Candidate, features: RequestFeatures): Exclusion | undefined {
  if (features.maxCostUsd === undefined || !model.price) return undefined;
  const most = upperBoundCost(model.price, features.inputTokens, features.outputTokens, features.at);
  if (most <= nanoFromUsd(features.maxCostUsd)) return undefined;
  return { rule: 'price', reason: `it may cost more than the ceiling of $${features.maxCostUsd}` };
}
