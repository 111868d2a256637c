import type { Candidate } from '../deployment.ts';
import type { BillingTerm } from './billing-terms.ts';

/**
 * A billing term that no request asks for and no reply names: it applies to every answer of the models whose names
 * match, from the addresses that match. Without a pattern: of all models, from all addresses.
 */
export type StandingTerm = {
  readonly term: BillingTerm;
  readonly models?: RegExp;
  readonly addresses?: RegExp;
  /** It is billed in addition to tokens: a configured price of the tokens does not include it. */
  readonly isApart?: true;
  /** The price may no longer hold: the bill is an estimate, but its price counts as known. */
  readonly isDoubt?: true;
};

/**
 * Returns the billing terms of every answer of this model from this deployment. A configured price is what is paid
 * there, whatever the terms of its tokens.
 */
export function standingTerms(
  { model: { name, hasConfiguredPrice }, deployment: { provider, endpoints } }: Candidate,
  { withDoubts = true }: { readonly withDoubts?: boolean } = {},
): readonly BillingTerm[] {
  // Called for every candidate of every call, and nearly all providers have none.
  if (provider.standingTerms === undefined) return none;
  return provider.standingTerms
    .filter(
      ({ models, addresses, isApart, isDoubt }) =>
        (isApart || !hasConfiguredPrice) &&
        (withDoubts || !isDoubt) &&
        (models?.test(name) ?? true) &&
        (addresses === undefined || endpoints.some(({ baseUrl }) => addresses.test(baseUrl))),
    )
    .map(({ term }) => term);
}

const none: readonly BillingTerm[] = [];
