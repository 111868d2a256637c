import type { JsonObject } from '../json/json.ts';

/**
 * A billing term that differs from a provider's ordinary service, in the provider's own words: `service_tier=flex`.
 * Something billed in addition to tokens is named by itself: `file_search_call`.
 */
export type BillingTerm = string;

/** A web search that a provider makes, whatever its own name for it. */
export const webSearchTerm: BillingTerm = 'web_search';

/** How a provider's token rates differ under a billing term, for the models whose names match. */
export type RateFactor = { readonly term: BillingTerm; readonly models: RegExp; readonly percent: number };

/** The rate factors of one model. */
export type ModelRateFactors = { readonly rateFactors?: readonly Omit<RateFactor, 'models'>[] };

/** Returns the billing terms among these members that are out of the ordinary. */
export function billingTerms(members: JsonObject): BillingTerm[] {
  return Object.entries(members).flatMap(([name, value]) => {
    const word = typeof value === 'string' ? value.toLowerCase() : '';
    return ordinary.has(word) ? [] : [`${name}=${word}`];
  });
}

/** Returns the part of a usage that holds its billing terms; empty if they are ordinary. */
export function servedAs(terms: readonly BillingTerm[]): { readonly terms?: readonly BillingTerm[] } {
  return terms.length === 0 ? {} : { terms };
}

/** Returns the factor of a model's token rates under these terms, in percent, and the terms of unknown price. */
export function tokenPercent(
  terms: readonly BillingTerm[] | undefined,
  { rateFactors = [] }: ModelRateFactors,
): { readonly percent: number; readonly unknown: readonly BillingTerm[] } {
  let percent = 100;
  const unknown: BillingTerm[] = [];
  for (const term of terms ?? []) {
    const known = rateFactors.find((factor) => factor.term === term);
    if (known) percent = (percent * known.percent) / 100;
    else unknown.push(term);
  }
  return { percent: Math.round(percent), unknown };
}

/** Values that mean the published price, at OpenAI, Groq, Anthropic, Google and Amazon. */
const ordinary: ReadonlySet<string> = new Set([
  '',
  'auto',
  'default',
  'standard',
  'standard_only',
  'on_demand',
  'global',
  'not_available',
  'unspecified',
  'traffic_type_unspecified',
  'service_tier_unspecified',
]);
