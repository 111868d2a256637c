import type { Candidate } from '../provider.ts';
import type { BillingTerm } from './billing-terms.ts';

/**
 * A billing term that no request asks for and no reply names: it applies to every answer of the models whose names
 * match, from the addresses that match. Without a pattern: of all models, from all addresses.
 */
export type StandingTerm = {
  readonly term: BillingTerm;
  readonly models?: RegExp;
  readonly addresses?: RegExp;
};

/** Returns the billing terms of every answer of this model from this deployment. */
export function standingTerms({
  model: { name },
  deployment: { provider, endpoints },
}: Candidate): readonly BillingTerm[] {
  // Called for every candidate of every call, and nearly all providers have none.
  if (provider.standingTerms === undefined) return none;
  return provider.standingTerms
    .filter(
      ({ models, addresses }) =>
        (models?.test(name) ?? true) &&
        (addresses === undefined || endpoints.some(({ baseUrl }) => addresses.test(baseUrl))),
    )
    .map(({ term }) => term);
}

const none: readonly BillingTerm[] = [];
