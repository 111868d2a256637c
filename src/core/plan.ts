import type { Capability } from './model.ts';
import type { Candidate } from './provider.ts';
import type { DialectId } from './content.ts';
import type { TaskType, Tier } from './task.ts';
import type { Ms, Tokens, Usd } from './units.ts';

/** What a policy may look at. Built once per call, without I/O. */
export type RequestFeatures = {
  /** `auto`, `auto:economy` …, or the id or alias that was asked for. */
  readonly requestedModel: string;
  readonly tier?: Tier;
  readonly localOnly: boolean;
  readonly task?: TaskType;
  readonly difficulty?: number;
  readonly needs: readonly Capability[];
  /** An estimate of the whole prompt. */
  readonly inputTokens: Tokens;
  /** Never exceeded by the real prompt; what budgets reserve. */
  readonly inputTokensUpperBound: Tokens;
  /** What the caller allows, or an expectation where nothing is said. */
  readonly outputTokens: Tokens;
  readonly stream: boolean;
  readonly clientDialect?: DialectId;
  /** Only candidates that speak this dialect can serve the call. */
  readonly pinnedDialect?: DialectId;
  readonly maxCostUsd?: Usd;
  readonly maxLatencyMs?: Ms;
  readonly tags: readonly string[];
  /** When the call began: some prices depend on the hour. */
  readonly at: Ms;
};

/** What is known of a deployment from the calls so far. */
export type DeploymentStats = {
  readonly healthy: boolean;
  readonly inFlight: number;
  /** Peak-sensitive moving average of the time to the first byte; absent before the first call. */
  readonly firstByteMs?: Ms;
};

export type Stats = { of(deploymentId: string): DeploymentStats };

/** When the answer of a step is good enough. A step without acceptance takes any answer. */
export type Acceptance = { readonly rule: string; readonly threshold: number };

export type PlanStep = { readonly candidates: readonly Candidate[]; readonly acceptance?: Acceptance };

/** What a policy returns: one step for a single choice, several for a cascade. */
export type Plan = { readonly steps: readonly PlanStep[]; readonly reason: string };

/** A pure, fast ranking of candidates that have passed the hard filters. Never empty in, never empty out. */
export interface Policy {
  readonly name: string;
  plan(features: RequestFeatures, candidates: readonly Candidate[], stats: Stats): Plan;
}

/** The hard filters, each with a name that a person can look up. */
export const filterRules = [
  'unconfigured',
  'key',
  'data-policy',
  'dialect',
  'capability',
  'window',
  'price',
] as const;

export type FilterRule = (typeof filterRules)[number];

/** Why a call went where it went, kept with its ledger row. */
export type Decision = {
  readonly policy: string;
  readonly reason: string;
  /** Model ids in the plan's order, with the deployment and the estimate that ranked each. */
  readonly ranked: readonly {
    readonly model: string;
    readonly deployment: string;
    readonly estimateNanoUsd?: number;
  }[];
  readonly ruledOut: readonly {
    readonly model: string;
    readonly rule: FilterRule;
    readonly reason: string;
  }[];
  /** How many more were ruled out than are named. */
  readonly ruledOutMore?: number;
};
