import type { Decision } from '../../core/routing/decision.ts';
import type { Candidate } from '../../core/provider.ts';

/** A model that a call does not go to, and why. */
export type RuledOut = Decision['ruledOut'][number];

/** The candidates that can serve a call, and what ruled the others out. */
export type FilteredCandidates = { readonly fit: readonly Candidate[]; readonly out: readonly RuledOut[] };
