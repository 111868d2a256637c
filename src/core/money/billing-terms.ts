import type { JsonObject } from '../json/json.ts';

/**
 * A billing term that differs from a provider's ordinary service, in the provider's own words: `service_tier=flex`.
 * Something billed in addition to tokens is named by itself: `file_search_call`.
 */
export type BillingTerm = string;

/** A model by its provider's own name. */
export type BilledModel = { readonly provider: string; readonly name: string };

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
  model: BilledModel,
): { readonly percent: number; readonly unknown: readonly BillingTerm[] } {
  let percent = 100;
  const unknown: BillingTerm[] = [];
  for (const term of terms ?? []) {
    const known = factors.find(
      (factor) =>
        factor.term === term && factor.provider === model.provider && factor.models.test(model.name),
    );
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

type Factor = {
  readonly provider: string;
  readonly term: BillingTerm;
  readonly models: RegExp;
  readonly percent: number;
};

const tier = (term: string, percent: number, models: RegExp): Factor => ({
  provider: 'openai',
  term: `service_tier=${term}`,
  models,
  percent,
});
const claude = (term: string, percent: number, models: RegExp): Factor => ({
  provider: 'anthropic',
  term,
  models,
  percent,
});

/** Published multiples of all token rates. A model that is not listed has no known factor. */
const factors: readonly Factor[] = [
  // "Priced at Batch API rates", half: https://developers.openai.com/api/docs/guides/flex-processing
  tier('flex', 50, /^(?:gpt-5|o3|o4-mini)/),
  // https://openai.com/api-priority-processing/
  tier('priority', 250, /^gpt-5\.5(?:-\d{4}-.*)?$/),
  tier('priority', 200, /^gpt-5(?:\.[124])?(?:-\d{4}-.*)?$/),
  tier('priority', 200, /^gpt-5\.4-mini(?:-\d{4}-.*)?$/),
  tier('priority', 200, /^gpt-5(?:\.1)?-codex(?:-\d{4}-.*)?$/),
  tier('priority', 180, /^gpt-5-mini(?:-\d{4}-.*)?$/),
  tier('priority', 175, /^gpt-4\.1(?:-mini)?(?:-\d{4}-.*)?$/),
  tier('priority', 200, /^gpt-4\.1-nano(?:-\d{4}-.*)?$/),
  tier('priority', 170, /^gpt-4o(?:-2024-11-20|-2024-08-06)?$/),
  tier('priority', 175, /^gpt-4o-2024-05-13$/),
  // https://platform.claude.com/docs/en/build-with-claude/fast-mode
  claude('speed=fast', 600, /^claude-opus-4-[67](?:-\d{8})?$/),
  claude('speed=fast', 200, /^claude-opus-(?:4-8|5|5-5)(?:-\d{8})?$/),
  // On all token rates, since Opus 4.6: https://platform.claude.com/docs/en/manage-claude/data-residency
  claude('inference_geo=us', 110, /^claude-/),
];
