import type { RoutingMode } from './routing-preferences.ts';
import type { Tier } from '../task.ts';

/** A value with the bounds between which it lies with a chance of 95 %. */
export type Interval = { readonly value: number; readonly low: number; readonly high: number };

/** What is changed before the ledger's calls are decided anew. */
export type Change = {
  /**
   * Every call by this policy, those that named a model too, beside what the ledger's calls did. What a rule of the
   * configuration decided stays: rules come before every policy.
   */
  readonly policy?: string;
  /** In this mode, or at this quality (0 to 1), by the policy `learned` where none is named. */
  readonly mode?: RoutingMode;
  readonly quality?: number;
  /** Providers, families, or patterns of model ids (`openai/*`) that are not there. */
  readonly without?: readonly string[];
  /** `openai/*=+200%`, `anthropic/*=-50%`, `*=x2`. */
  readonly prices?: readonly string[];
};

/** Where calls go that went elsewhere. */
export type Shift = {
  readonly from: string;
  readonly to: string;
  readonly calls: number;
  readonly beforeNanoUsd: number;
  readonly afterNanoUsd: number;
};

/** Which calls of the ledger a report is about. Money in nano-dollars as safe integers. */
export type Sample = {
  readonly since: string;
  /** All whole calls that the report is about; a cascade is one. */
  readonly calls: number;
  /**
   * How many of them were looked at one by one, drawn evenly from the whole time. Where they are fewer, figures stand for
   * all calls, and their bounds are wider.
   */
  readonly lookedAt: number;
  /** Simulated money, because there is no other. */
  readonly simulated: boolean;
  /** Calls left out: their price is unknown, nobody answered them, they are for vectors, or their model is gone. */
  readonly leftOut: number;
  /** Models that answered and are no longer configured, with how many of `leftOut` are theirs and what those cost. */
  readonly gone: readonly GoneModel[];
};

export type GoneModel = { readonly model: string; readonly calls: number; readonly nanoUsd: number };

/** The ledger's calls, decided anew: same prompts, answers of the same length, same luck with caches. */
export type ReplayReport = Sample & {
  readonly change: Change;
  /** What the change does not reach, in words: models that are gone. */
  readonly notes: readonly string[];
  readonly before: { readonly totalNanoUsd: number; readonly quality: Interval };
  /** Of the calls that somebody can still serve. */
  readonly after: { readonly totalNanoUsd: Interval; readonly quality: Interval };
  /** After less before, call by call, of those calls alone: most stay as they were, so it is known better than either. */
  readonly difference: { readonly nanoUsd: Interval; readonly quality: Interval };
  /** Calls that nobody could have served, and what they cost. */
  readonly unserved: number;
  /** Open calls of an older version's rows: what they said of policy and tier is not known, and taken as nothing. */
  readonly wishesUnknown: number;
  readonly unservedNanoUsd: number;
  readonly shifts: readonly Shift[];
  /** What was paid above the cheapest of the great providers that is expected to do as well, call by call. */
  readonly premium: {
    readonly nanoUsd: number;
    readonly share: number;
    /** For whom it was paid instead of whom, the largest sums first. */
    readonly elsewhere: readonly Shift[];
  };
};

/** One tier's part of the calls and of the money, beside what is usual where calls are well placed. */
export type TierShare = {
  readonly tier: Tier | 'unknown';
  readonly calls: number;
  readonly nanoUsd: number;
  /** 0 to 1. */
  readonly callShare: number;
  readonly moneyShare: number;
  readonly guide?: { readonly low: number; readonly high: number };
  readonly verdict?: 'below' | 'within' | 'above';
};

/** Frontier calls that an economy model is expected to serve as well. */
export type Overspending = {
  readonly calls: number;
  readonly nanoUsd: number;
  /** What they would have cost there. */
  readonly economyNanoUsd: number;
  readonly examples: readonly {
    readonly id: string;
    readonly task?: string;
    readonly model: string;
    readonly instead: string;
  }[];
};

export type TierReport = Sample & { readonly tiers: readonly TierShare[]; readonly overspent: Overspending };

/** What to do about routing, and what it is worth. Figures per 30 days, extrapolated from what there is. */
export type Advice = Sample & {
  readonly todayNanoUsd: number;
  readonly quality: Interval;
  /** Between the first call of the report and now: what a month is made of, however little it is. */
  readonly days: number;
  /** How many of the calls left the choice of the model to the router. */
  readonly open: number;
  /** What the others are expected to come to by the configured policy, as model `auto`. */
  readonly leftToRouter?: {
    readonly policy: string;
    readonly calls: number;
    readonly nowNanoUsd: number;
    readonly savedNanoUsd: Interval;
    readonly qualityDifference: Interval;
  };
  /**
   * The cheapest single model that could have served every open call, or every call where next to none was open, and is
   * expected to do as well as today's mix.
   */
  readonly bestPin?: {
    readonly model: string;
    readonly nanoUsd: number;
    readonly quality: number;
    /** What today's mix saves against it; below nothing where it costs. */
    readonly savedNanoUsd: Interval;
    /** Its quality less that of today's mix. */
    readonly qualityDifference: Interval;
  };
  readonly advice: readonly {
    readonly about: 'volume' | 'pin' | 'route' | 'tiers' | 'premium';
    readonly text: string;
  }[];
};
