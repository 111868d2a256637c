import type { Capability } from '../model.ts';
import type { Experiment } from './plan.ts';
import type { TaskType, Tier } from '../task.ts';

/** The hard filters, each with a name that a person can look up. */
export type FilterRule =
  | 'unconfigured'
  | 'key'
  | 'data-policy'
  | 'provider'
  | 'origin'
  | 'dialect'
  | 'family'
  | 'capability'
  | 'window'
  | 'price'
  | 'latency'
  | 'budget';

/** What a call says of its routing beside the name of its model. */
export type CallWishes = {
  /** What its caller, or the tool that asks, named as the task; absent: the task of the row is a guess. */
  readonly task?: TaskType;
  readonly policy?: string;
  readonly tier?: Tier;
  /** Ids of the only models to choose from. */
  readonly models?: readonly string[];
};

/** Why a call went where it went, kept with its ledger row. */
export type Decision = {
  readonly policy: string;
  readonly reason: string;
  /** Model ids in the plan's order, with the deployment and the estimate that ranked each. */
  readonly ranked: readonly {
    readonly model: string;
    readonly deployment: string;
    readonly estimateNanoUsd?: number;
    /** P(success) as it was thought to be. */
    readonly chance?: number;
    /** How much of that is for the prompt's own words. */
    readonly promptShift?: number;
  }[];
  readonly ruledOut: readonly {
    readonly model: string;
    readonly rule: FilterRule;
    readonly reason: string;
  }[];
  readonly experiment?: Experiment;
  /** What the call needed of a model; absent where that is nothing in particular. */
  readonly needs?: readonly Capability[];
  /** What the call itself said of an open choice. Absent where it named a model, and in rows of older versions. */
  readonly wishes?: CallWishes;
  /** How many more were ruled out than are named. */
  readonly ruledOutMore?: number;
};
