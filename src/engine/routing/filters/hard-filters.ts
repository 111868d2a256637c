import type { DialectId } from '../../../core/wire/content.ts';
import { billOf } from '../../../core/money/bill-of.ts';
import { matchesAny } from '../../../core/names/matches-pattern.ts';
import type { Capability } from '../../../core/model.ts';
import type { Candidate } from '../../../core/deployment.ts';
import { nanoFromUsd } from '../../../core/units.ts';
import { furtherModelsAt } from '../../money/further-models.ts';
import { ceilingText, isAboveCeiling } from './price-ceiling.ts';
import { outOfBounds, unwanted } from '../data/provider-filters.ts';
import type { Exclusion, FilterContext } from './filter.ts';
import { shortensItself } from '../../../core/money/shortened-prompt.ts';
import { tooSlow } from './soft/quick-enough.ts';

/**
 * Returns why a candidate cannot serve a call, or `undefined` if it can. Unknown capabilities and windows never
 * exclude; an unknown price excludes only under a ceiling, and never a named model unless strict. No policy can bring
 * back what is excluded here.
 */
export function ruledOut(candidate: Candidate, context: FilterContext): Exclusion | undefined {
  return (
    forbidden(candidate, context) ??
    outOfBounds(candidate, context) ??
    unwanted(candidate, context) ??
    elsewhere(candidate, context) ??
    ofOtherTier(candidate, context) ??
    incapable(candidate, context) ??
    overTools(candidate, context) ??
    refusing(candidate, context) ??
    mute(candidate, context) ??
    tooLong(candidate, context) ??
    tooDear(candidate, context) ??
    tooSlowIfStrict(candidate, context) ??
    unreadable(candidate, context) ??
    foreign(candidate, context)
  );
}

function forbidden(candidate: Candidate, context: FilterContext): Exclusion | undefined {
  const { features, principal } = context;
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
  const stranger = forbiddenBeside(candidate, context);
  if (stranger) return stranger;
  if (features.asked.localOnly && !model.local)
    return { rule: 'data-policy', reason: 'only local models may see this call' };
  if (features.limits.otherFamilyThan?.includes(model.family))
    return { rule: 'family', reason: `a family other than ${model.family} is required` };
  return undefined;
}

/** If the provider may choose other models itself, those are checked against the key's list as well. */
function forbiddenBeside(
  candidate: Candidate,
  { features, principal: { models, name } }: FilterContext,
): Exclusion | undefined {
  const { furtherModels: further } = features.request;
  if (!further || !models) return undefined;
  const stranger = furtherModelsAt(candidate, features.request).find(({ id }) => !matchesAny(id, models));
  if (!stranger) return undefined;
  const reason = further.isAny
    ? `"${further.field}" lets its provider choose among models that the key "${name}" may not use; name some of its own`
    : `the key "${name}" may not use ${stranger.id}, which "${further.field}" names`;
  return { rule: 'key', reason };
}

/** What one provider stores, no other provider has, even if it supports the same dialect. */
function elsewhere({ deployment }: Candidate, { features }: FilterContext): Exclusion | undefined {
  const { pin } = features;
  if (pin?.provider === undefined || deployment.provider.id === pin.provider) return undefined;
  return { rule: 'origin', reason: `only ${pin.provider} can resolve ${pin.field}` };
}

/** A strict caller who asks for a tier does not want another one with a warning. */
function ofOtherTier(
  { model }: Candidate,
  { features, isOpen, strict }: FilterContext,
): Exclusion | undefined {
  const { tier } = features.asked;
  if (!strict || !isOpen || tier === undefined || model.tier === tier) return undefined;
  return { rule: 'tier', reason: `it is not a ${tier} model, and the call is strict` };
}

/**
 * A model asked for by name is not ruled out because it cannot think: coding agents ask for reasoning with every call,
 * and it is left out with a warning.
 */
function incapable(
  candidate: Candidate,
  { features, isNamed, strict }: FilterContext,
): Exclusion | undefined {
  const { capabilities } = candidate.model;
  for (const need of features.request.needs) {
    if (capabilities[need] !== false || inWords(candidate, need)) continue;
    if (need === 'reasoning' && !strict && isNamed(candidate.model)) continue;
    return { rule: 'capability', reason: `it does not support ${need}` };
  }
  return undefined;
}

/** OpenAI applies its limit to what a Responses client sends: a namespace of tools counts as one. */
function overTools(
  { deployment }: Candidate,
  { features: { request } }: FilterContext,
): Exclusion | undefined {
  const { toolCount, clientDialect } = request;
  const { maxTools } = deployment.provider.quirks;
  if (maxTools === undefined || toolCount <= maxTools) return undefined;
  const isOwn = ({ dialect }: { readonly dialect: DialectId }) => dialect === 'openai-responses';
  if (clientDialect === 'openai-responses' && deployment.endpoints.some(isOwn)) return undefined;
  return {
    rule: 'capability',
    reason: `its provider accepts at most ${maxTools} tools, the request has ${toolCount}`,
  };
}

/** Other fields that a provider rejects are left out with a warning. */
function refusing(
  { deployment }: Candidate,
  { features: { request } }: FilterContext,
): Exclusion | undefined {
  const { refuses } = deployment.provider.quirks;
  const field = refuses && request.requiredFields?.find((one) => refuses.includes(one));
  return field === undefined
    ? undefined
    : { rule: 'capability', reason: `its provider does not support "${field}"` };
}

/** A provider that this build has no codec for, or that does not support the dialect that the request needs. */
function mute({ deployment }: Candidate, { features, speaks }: FilterContext): Exclusion | undefined {
  const { pin, request } = features;
  const { endpoints } = deployment;
  if (pin && !endpoints.some(({ dialect }) => pin.dialects.includes(dialect))) {
    const needed = pin.dialects.join(' or ');
    return { rule: 'dialect', reason: `${pin.field} requires a provider that supports ${needed}` };
  }
  const wantsVectors = request.needs.includes('embeddings');
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

function tooLong(candidate: Candidate, { features, isNamed }: FilterContext): Exclusion | undefined {
  const { model } = candidate;
  if (model.contextWindow === undefined || features.size.prompt.expected <= model.contextWindow)
    return undefined;
  // An open choice falls on a model that reads the whole prompt.
  if (isNamed(model) && shortensItself(candidate.deployment, features.request.shortening)) return undefined;
  // Each text has the window to itself; the provider refuses one that is too long.
  if (features.request.needs.includes('embeddings')) return undefined;
  return {
    rule: 'window',
    reason: `its context window is ${model.contextWindow} tokens, the prompt is about ${features.size.prompt.expected}`,
  };
}

function tooDear(
  candidate: Candidate,
  { features, strict, isNamed, providerPreferences }: FilterContext,
): Exclusion | undefined {
  const { model } = candidate;
  const { maxCostUsd, sharedCeiling: shared } = features.limits;
  if (!model.price) {
    if (maxCostUsd === undefined && !providerPreferences?.maxPrice) return undefined;
    if (billOf(candidate) !== 'unknown' || (isNamed(model) && !strict)) return undefined;
    return { rule: 'price', reason: 'its price is unknown, so a price ceiling cannot be enforced' };
  }
  if (maxCostUsd === undefined || !isAboveCeiling(candidate, features)) return undefined;
  const ceiling = ceilingText({ limit: nanoFromUsd(maxCostUsd), shared });
  return { rule: 'price', reason: `it may cost more than ${ceiling}` };
}

/** For a strict caller, who would rather be refused than wait longer. */
function tooSlowIfStrict(candidate: Candidate, context: FilterContext): Exclusion | undefined {
  return context.strict ? tooSlow(candidate, context) : undefined;
}

/**
 * All keys share the accounts of Conclave's providers, so a provider would find for any key what it stored for another.
 * A caller who pays with its own credential may refer to whatever that credential can access.
 */
function foreign({ deployment }: Candidate, { foreign: named }: FilterContext): Exclusion | undefined {
  if (!named || deployment.payer === 'caller') return undefined;
  return { rule: 'origin', reason: `${named.param} refers to something that this key was not given` };
}

/** A candidate that cannot decrypt the conversation's reasoning gets the conversation without it, unless strict. */
function unreadable(candidate: Candidate, { thoughts, strict }: FilterContext): Exclusion | undefined {
  if (!strict || !thoughts || thoughts.opensAll(candidate)) return undefined;
  return {
    rule: 'origin',
    reason: 'the encrypted reasoning of the conversation comes from another provider or key',
  };
}
