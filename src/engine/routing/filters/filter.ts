import type { Principal } from '../../../core/call.ts';
import type { Model } from '../../../core/model.ts';
import type { Candidate } from '../../../core/deployment.ts';
import type { RoutingDecision, FilterRule } from '../../../core/routing/decision/routing-decision.ts';
import type { Stats } from '../../../core/routing/plan/deployment-stats.ts';
import type { RequestFeatures } from '../../../core/routing/request/request-features.ts';
import type {
  DataPolicy,
  ProviderPreferences,
} from '../../../core/routing/preferences/provider-preferences.ts';
import type { DialectId } from '../../../core/wire/content.ts';
import type { Named } from '../../memory/stored-answers.ts';
import type { Thoughts } from '../../memory/thoughts/thought-makers.ts';

/** Returns why a candidate is not asked, or `undefined` if this filter has nothing against it. */
export type Filter = (candidate: Candidate, context: FilterContext) => Exclusion | undefined;

/** A filter's verdict: the rule, and the reason as a readable sentence. */
export type Exclusion = { readonly rule: FilterRule; readonly reason: string };

/**
 * A filter that chooses among candidates, but never leaves a call without any: it excludes some only if others remain
 * that are known to be better.
 */
export type SoftFilter = {
  /** Whether it concerns the call at all. */
  readonly applies: (context: FilterContext) => boolean;
  readonly excludes: Filter;
  /** Whether a candidate that is not excluded is known to be better, and not only unknown. */
  readonly isSure: (candidate: Candidate) => boolean;
};

/** A model that a call does not go to, and why. */
export type RuledOut = RoutingDecision['ruledOut'][number];

/** The candidates that can serve a call, and what ruled the others out. */
export type FilteredCandidates = { readonly fit: readonly Candidate[]; readonly out: readonly RuledOut[] };

/** What candidates are checked against. */
export type FilterContext = {
  readonly features: RequestFeatures;
  readonly principal: Principal;
  /** Whether this build has a codec for a dialect. */
  readonly speaks: (dialect: DialectId) => boolean;
  readonly stats: Stats;
  /** Where the data may go, by config and by key. */
  readonly allowed: readonly DataPolicy[];
  readonly providerPreferences: ProviderPreferences | undefined;
  /** Models asked for by name: allowed under a ceiling even if the ceiling cannot be checked. */
  readonly isNamed: (model: Model) => boolean;
  /** A policy chooses the model. */
  readonly isOpen: boolean;
  /** The caller prefers a refusal to a compromise. */
  readonly strict: boolean;
  /** The first thing that the call refers to and its key does not own. */
  readonly foreign: Named | undefined;
  /** The credential under which a provider stores what the call refers to, if that is known. */
  readonly origin: string | undefined;
  /** Encrypted reasoning in the call, if its makers are known. */
  readonly thoughts: Thoughts | undefined;
};
