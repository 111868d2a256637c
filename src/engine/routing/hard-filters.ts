import type { Principal } from '../../core/call.ts';
import type { DialectId } from '../../core/wire/content.ts';
import { billOf } from '../../core/money/bill-of.ts';
import { matchesAny } from '../../core/names/matches-pattern.ts';
import type { Capability, Model } from '../../core/model.ts';
import type { FilterRule } from '../../core/routing/decision.ts';
import type { RequestFeatures } from '../../core/routing/plan.ts';
import type { Stats } from '../../core/routing/deployment-stats.ts';
import type { Candidate } from '../../core/provider.ts';
import type { DataPolicy, ProviderPreferences } from '../../core/routing/provider-preferences.ts';
import { nanoFromUsd, dollarText } from '../../core/units.ts';
import { furtherModelsAt } from '../money/further-models.ts';
import { isAboveCeiling } from './price-ceiling.ts';
import { outOfBounds, unwanted } from './provider-filters.ts';
import { latelyWaited } from '../deployments/recent-wait.ts';

/** A filter's verdict: the rule, and the reason as a readable sentence. */
export type Exclusion = { readonly rule: FilterRule; readonly reason: string };

/** What candidates are checked against. */
export type Sieve = {
  readonly features: RequestFeatures;
  readonly principal: Principal;
  /** Whether this build has a codec for a dialect. */
  readonly speaks: (dialect: DialectId) => boolean;
  readonly stats: Stats;
  /** Where the data may go, by config and by key. */
  readonly allowed: readonly DataPolicy[];
  readonly providerWishes?: ProviderPreferences;
  /** Models asked for by name: allowed under a ceiling even if the ceiling cannot be checked. */
  readonly isNamed: (model: Model) => boolean;
  /** The caller prefers a refusal to a model of unknown price under a ceiling. */
  readonly strict: boolean;
};

/**
 * Returns why a candidate cannot serve a call, or `undefined` if it can. Unknown capabilities and windows never
 * exclude; an unknown price or high latency excludes only under a ceiling, and never a named model unless strict. No
 * policy can bring back what is excluded here.
 */
export function ruledOut(candidate: Candidate, sieve: Sieve): Exclusion | undefined {
  const { features, allowed, providerWishes, speaks } = sieve;
  return (
    forbidden(candidate, sieve) ??
    outOfBounds(candidate, allowed) ??
    (providerWishes && unwanted(candidate, providerWishes, { at: features.at, strict: sieve.strict })) ??
    elsewhere(candidate, features) ??
    incapable(candidate, sieve) ??
    overTools(candidate, features) ??
    mute(candidate, features, speaks) ??
    tooLong(candidate, features) ??
    tooDear(candidate, sieve) ??
    tooSlow(candidate, sieve)
  );
}

function forbidden(candidate: Candidate, { features, principal }: Sieve): Exclusion | undefined {
  const { model, deployment } = candidate;
  const { id, needsCallerKey } = deployment.provider;
  if (needsCallerKey && deployment.payer !== 'caller') {
    return {
      rule: 'key',
      reason: `${id} requires the caller's own key: send x-conclave-provider-key: ${id}=…`,
    };
  }
  if (principal.models && !matchesAny(model.id, principal.models)) {
    return { rule: 'key', reason: `the key "${principal.name}" may not use it` };
  }
  const stranger = forbiddenBeside(candidate, features, principal);
  if (stranger) return stranger;
  if (features.localOnly && !model.local)
    return { rule: 'data-policy', reason: 'only local models may see this call' };
  if (features.otherFamilyThan?.includes(model.family))
    return { rule: 'family', reason: `a family other than ${model.family} is required` };
  return undefined;
}

/** If the provider may choose other models itself, those are checked against the key's list as well. */
function forbiddenBeside(
  candidate: Candidate,
  features: RequestFeatures,
  { models, name }: Principal,
): Exclusion | undefined {
  const { furtherModels: further } = features;
  if (!further || !models) return undefined;
  const stranger = furtherModelsAt(candidate, features).find(({ id }) => !matchesAny(id, models));
  if (!stranger) return undefined;
  const reason = further.isAny
    ? `"${further.field}" lets its provider choose among models that the key "${name}" may not use; name some of its own`
    : `the key "${name}" may not use ${stranger.id}, which "${further.field}" names`;
  return { rule: 'key', reason };
}

/** What one provider stores, no other provider has, even if it supports the same dialect. */
function elsewhere({ deployment }: Candidate, { pinnedProvider }: RequestFeatures): Exclusion | undefined {
  if (!pinnedProvider || deployment.provider.id === pinnedProvider.id) return undefined;
  return { rule: 'origin', reason: `only ${pinnedProvider.id} can resolve ${pinnedProvider.field}` };
}

/**
 * A model asked for by name is not ruled out because it cannot think: coding agents ask for reasoning with every call,
 * and it is left out with a warning.
 */
function incapable(candidate: Candidate, { features, isNamed, strict }: Sieve): Exclusion | undefined {
  const { capabilities } = candidate.model;
  for (const need of features.needs) {
    if (capabilities[need] !== false || inWords(candidate, need)) continue;
    if (need === 'reasoning' && !strict && isNamed(candidate.model)) continue;
    return { rule: 'capability', reason: `it does not support ${need}` };
  }
  return undefined;
}

/** OpenAI applies its limit to what a Responses client sends: a namespace of tools counts as one. */
function overTools(
  { deployment }: Candidate,
  { toolCount = 0, clientDialect }: RequestFeatures,
): Exclusion | undefined {
  const { mostTools } = deployment.provider.quirks;
  if (mostTools === undefined || toolCount <= mostTools) return undefined;
  const isOwn = ({ dialect }: { readonly dialect: DialectId }) => dialect === 'openai-responses';
  if (clientDialect === 'openai-responses' && deployment.endpoints.some(isOwn)) return undefined;
  return {
    rule: 'capability',
    reason: `its provider accepts at most ${mostTools} tools, the request has ${toolCount}`,
  };
}

/** A provider that this build has no codec for, or that does not support the dialect that the request needs. */
function mute(
  { deployment }: Candidate,
  { pinnedDialect, pinnedBy = 'the request', needs }: RequestFeatures,
  speaks: Sieve['speaks'],
): Exclusion | undefined {
  const { endpoints } = deployment;
  if (pinnedDialect && !endpoints.some(({ dialect }) => dialect === pinnedDialect)) {
    return { rule: 'dialect', reason: `${pinnedBy} requires a provider that supports ${pinnedDialect}` };
  }
  const wantsVectors = needs.includes('embeddings');
  if (deployment.custom && !wantsVectors) return undefined;
  // A loop without a closure: this runs for every candidate of every call.
  if (!deployment.custom) for (const { dialect } of endpoints) if (speaks(dialect)) return undefined;
  if (wantsVectors) return { rule: 'capability', reason: 'its provider does not support embeddings' };
  const known = endpoints.map(({ dialect }) => dialect).join(', ') || 'nothing';
  return { rule: 'dialect', reason: `its provider uses ${known}, which this build does not support` };
}

/** If a provider cannot enforce a schema, the schema is put into the prompt, with a warning: worse, but it works. */
function inWords({ deployment }: Candidate, need: Capability): boolean {
  const { schemaMode } = deployment.provider.quirks;
  return need === 'json-schema' && schemaMode !== undefined && schemaMode !== 'json-schema';
}

function tooLong({ model }: Candidate, features: RequestFeatures): Exclusion | undefined {
  if (model.contextWindow === undefined || features.inputTokens <= model.contextWindow) return undefined;
  // Each text has the window to itself; the provider refuses one that is too long.
  if (features.needs.includes('embeddings')) return undefined;
  return {
    rule: 'window',
    reason: `its context window is ${model.contextWindow} tokens, the prompt is about ${features.inputTokens}`,
  };
}

function tooDear(
  candidate: Candidate,
  { features, strict, isNamed, providerWishes }: Sieve,
): Exclusion | undefined {
  const { model } = candidate;
  const { maxCostUsd } = features;
  if (!model.price) {
    if (maxCostUsd === undefined && !providerWishes?.maxPrice) return undefined;
    if (billOf(candidate) !== 'unknown' || (isNamed(model) && !strict)) return undefined;
    return { rule: 'price', reason: 'its price is unknown, so a price ceiling cannot be enforced' };
  }
  if (maxCostUsd === undefined || !isAboveCeiling(candidate, features)) return undefined;
  const ceiling = dollarText(nanoFromUsd(maxCostUsd));
  return { rule: 'price', reason: `it may cost more than the ceiling of ${ceiling}` };
}

/**
 * Models without a recent measurement, and models the caller named, are not excluded; the call's time limit applies to
 * them.
 */
function tooSlow(
  { model, deployment }: Candidate,
  { features, stats, strict, isNamed }: Sieve,
): Exclusion | undefined {
  const { maxLatencyMs } = features;
  if (maxLatencyMs === undefined) return undefined;
  const waited = latelyWaited(stats.of(deployment).waits, features);
  if (waited === undefined || waited < maxLatencyMs || (isNamed(model) && !strict)) return undefined;
  const what = features.stream ? 'first content' : 'whole answer';
  return {
    rule: 'latency',
    reason: `its ${what} recently took about ${Math.round(waited)} ms, and the limit is ${maxLatencyMs} ms`,
  };
}
