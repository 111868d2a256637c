import type { Capability } from '../../model.ts';
import type { Experiment } from '../plan/plan.ts';
import type { TaskType, Tier } from '../../task.ts';
import type { Ms, Usd } from '../../units.ts';
import type {
  ProviderPreferences,
  ProviderSort,
  RetentionMember,
} from '../preferences/provider-preferences.ts';

/** The hard filters, by names that users can look up. */
export const filterRules = [
  'unconfigured',
  'key',
  'data-policy',
  'provider',
  'origin',
  'dialect',
  'family',
  'capability',
  'window',
  'tier',
  'price',
  'latency',
  'budget',
] as const;

export type FilterRule = (typeof filterRules)[number];

/** What a call requests about its routing besides the name of its model. */
export type CallWishes = {
  /** The task named by the caller or the asking tool; absent: the task of the row is a guess. */
  readonly task?: TaskType;
  readonly policy?: string;
  readonly tier?: Tier;
  /** Ids of the only models to choose from. */
  readonly models?: readonly string[];
  /** Ids of the providers to try first. */
  readonly order?: readonly string[];
  readonly sort?: ProviderSort;
  /** Ids of the only providers, and of those that may not answer. */
  readonly only?: readonly string[];
  readonly ignore?: readonly string[];
  readonly maxPrice?: NonNullable<ProviderPreferences['maxPrice']>;
  /** No other model or provider may stand in. */
  readonly allowFallbacks?: false;
  /** Only local models: it asked for `auto:local`, or was made on behalf of a call that must stay on them. */
  readonly localOnly?: true;
  /** Only providers that keep no data. */
  readonly noRetention?: RetentionMember;
  /** The price ceiling; a model that exceeded it is among those ruled out. */
  readonly maxCostUsd?: Usd;
  readonly maxLatencyMs?: Ms;
  /** Families that may not answer. */
  readonly otherFamilyThan?: readonly string[];
  /** How many answers it wanted at once. Absent: one. */
  readonly answers?: number;
  /** The caller had a check of its own for the answer. */
  readonly isChecked?: true;
};

/** Why a call was routed as it was; stored with its ledger row. */
export type RoutingDecision = {
  readonly policy: string;
  readonly reason: string;
  /** Model ids in the plan's order, with the deployment and the estimate that ranked each. */
  readonly ranked: readonly {
    readonly model: string;
    readonly deployment: string;
    readonly estimateNanoUsd?: number;
    /** The estimated P(success). */
    readonly chance?: number;
    /** How much of that comes from the prompt's own words. */
    readonly promptShift?: number;
  }[];
  readonly ruledOut: readonly {
    readonly model: string;
    readonly rule: FilterRule;
    readonly reason: string;
  }[];
  readonly experiment?: Experiment;
  /** The capabilities that the call needed; absent: none in particular. */
  readonly needs?: readonly Capability[];
  /** The call's own settings. Absent if it named a model and nothing else, and in rows of older versions. */
  readonly wishes?: CallWishes;
  /** How many more models were ruled out than are listed. */
  readonly ruledOutMore?: number;
};
