import type { RoutingMode } from './preferences/routing-preferences.ts';
import type { Tier } from '../task.ts';

/** A value with its 95 % confidence interval. */
export type Interval = { readonly value: number; readonly low: number; readonly high: number };

/** What is changed before the ledger's calls are replayed. */
export type Change = {
  /**
   * Decide every call by this policy, including calls that named a model, and compare with what the calls did.
   * Decisions of a configured rule stay: rules come before every policy.
   */
  readonly policy?: string;
  /** Use this mode, or this quality (0 to 1), with the policy `learned` unless one is named. */
  readonly mode?: RoutingMode;
  readonly quality?: number;
  /** Providers, families, or patterns of model ids (`openai/*`) to leave out. */
  readonly without?: readonly string[];
  /** `openai/*=+200%`, `anthropic/*=-50%`, `*=x2`. */
  readonly prices?: readonly string[];
};

/** Calls that move from one model to another. */
export type Shift = {
  readonly from: string;
  readonly to: string;
  readonly calls: number;
  readonly beforeNanoUsd: number;
  readonly afterNanoUsd: number;
};

/** The calls of the ledger that a report covers. Money in whole nano-dollars, exact up to 2^53. */
export type Sample = {
  readonly since: string;
  /** The number of whole calls that the report covers; a cascade counts as one. */
  readonly calls: number;
  /**
   * How many of them were examined one by one, sampled evenly from the whole period. If they are fewer, the figures are
   * extrapolated to all calls, with wider bounds.
   */
  readonly lookedAt: number;
  /** The figures are simulated money, because there is no real money. */
  readonly simulated: boolean;
  /** Calls left out: their price is unknown, no model answered, they asked for vectors, or their model is gone. */
  readonly leftOut: number;
  /** Models that answered but are no longer configured, with their share of `leftOut` and its cost. */
  readonly gone: readonly GoneModel[];
};

export type GoneModel = { readonly model: string; readonly calls: number; readonly nanoUsd: number };

/** The ledger's calls, replayed with the same prompts and cache hits, and answers as long as each model usually writes. */
export type ReplayReport = Sample & {
  readonly change: Change;
  /** What the change does not affect, in words: models that are gone. */
  readonly notes: readonly string[];
  readonly before: { readonly totalNanoUsd: number; readonly quality: Interval };
  /** For the calls that can still be served. */
  readonly after: { readonly totalNanoUsd: Interval; readonly quality: Interval };
  /**
   * After minus before, call by call, for the calls that can still be served: most stay the same, so the difference is
   * known better than either figure.
   */
  readonly difference: { readonly nanoUsd: Interval; readonly quality: Interval };
  /** Calls that no model could have served, and their cost. */
  readonly unserved: number;
  /** Open calls recorded by an older version: the policy and tier they asked for are unknown, and treated as unset. */
  readonly wishesUnknown: number;
  readonly unservedNanoUsd: number;
  readonly shifts: readonly Shift[];
  /** The amount paid above the cheapest major provider that is expected to do as well, call by call. */
  readonly premium: {
    readonly nanoUsd: number;
    readonly share: number;
    /** The model used and the cheaper alternative, largest amounts first. */
    readonly elsewhere: readonly Shift[];
  };
};

/** One tier's share of calls and money, next to the range that well-placed calls fall into. */
export type TierShare = {
  readonly tier: Tier | 'unknown';
  readonly calls: number;
  readonly nanoUsd: number;
  /** 0 to 1. */
  readonly callShare: number;
  readonly moneyShare: number;
  /** Not all tiers can be within their ranges: those of workhorse and economy are of different installations. */
  readonly guide?: { readonly low: number; readonly high: number };
  /** Absent if the share is right for some installations: little workhorse or little economy work. */
  readonly verdict?: 'below' | 'within' | 'above';
};

/** Frontier calls that an economy model is expected to serve as well. */
export type Overspending = {
  readonly calls: number;
  readonly nanoUsd: number;
  /** Their cost on the economy model. */
  readonly economyNanoUsd: number;
  readonly examples: readonly {
    readonly id: string;
    readonly task?: string;
    readonly model: string;
    readonly instead: string;
  }[];
};

export type TierReport = Sample & { readonly tiers: readonly TierShare[]; readonly overspent: Overspending };

/** Advice about routing, and what it would save. Figures per 30 days, extrapolated from the calls there are. */
export type Advice = Sample & {
  readonly todayNanoUsd: number;
  readonly quality: Interval;
  /** Days between the first call of the report and now: the basis of the 30-day figures, however short. */
  readonly days: number;
  /** How many of the calls left the choice of model to the router. */
  readonly open: number;
  /** The expected figures if the other calls used model `auto` with the configured policy. */
  readonly leftToRouter?: {
    readonly policy: string;
    readonly calls: number;
    readonly nowNanoUsd: number;
    readonly savedNanoUsd: Interval;
    readonly qualityDifference: Interval;
  };
  /**
   * The cheapest single model that could have served every open call (or every call, if next to none was open) and is
   * expected to do as well as today's mix.
   */
  readonly bestPin?: {
    readonly model: string;
    readonly nanoUsd: number;
    readonly quality: number;
    /** What today's mix saves compared with it; negative if today's mix costs more. */
    readonly savedNanoUsd: Interval;
    /** Its quality minus that of today's mix. */
    readonly qualityDifference: Interval;
  };
  readonly advice: readonly {
    readonly about: 'volume' | 'pin' | 'route' | 'tiers' | 'premium';
    readonly text: string;
  }[];
};
