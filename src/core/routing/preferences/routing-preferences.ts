import type { TaskType } from '../../task.ts';
import type { Tokens } from '../../units.ts';

/** How much quality counts compared with money and time. */
export const routingModes = ['economy', 'balanced', 'best'] as const;

export type RoutingMode = (typeof routingModes)[number];

/** Routing preferences, from config or key. */
export type RoutingPreferences = {
  /** The policy's name. Default: `learned` if a mode or a quality is set, else `tiered`. */
  readonly policy?: string | undefined;
  /** Default `balanced`. */
  readonly mode?: RoutingMode | undefined;
  /** At least this share of the best model's chance of success, at the lowest cost; takes precedence over `mode`. */
  readonly quality?: number | undefined;
  /** The one model for every call that leaves the choice open. */
  readonly pin?: string | undefined;
  /** First match wins, whatever the policy. */
  readonly rules?: readonly RoutingRule[] | undefined;
  readonly weights?: RoutingWeights | undefined;
  readonly cascade?: CascadePreferences | undefined;
  /** Share of learned choices that try another model to learn about it, 0 to 0.05. */
  readonly exploration?: number | undefined;
  /** Calls of this key are never part of an experiment. */
  readonly critical?: boolean | undefined;
};

/** The preferences that a virtual key may set for itself. */
export type KeyRouting = Pick<RoutingPreferences, 'policy' | 'mode' | 'quality' | 'pin' | 'critical'>;

/** How a cascade judges its answers. */
export type CascadePreferences = {
  /** P(right) that an answer needs. Default: derived from the requested quality. */
  readonly threshold?: number | undefined;
  /** How often the first model is asked, to check whether it agrees with itself. Default 1. */
  readonly samples?: number | undefined;
  /** Whether a small model of another family judges answers that other signals leave undecided. Default false. */
  readonly judge?: boolean | undefined;
};

/** How much each counts in the policy `weighted`; only their proportions matter. */
export type RoutingWeights = { readonly quality: number; readonly cost: number; readonly latency: number };

/** Where calls of a kind go. All conditions in `when` must match; a list matches if one of its items does. */
export type RoutingRule = {
  readonly name?: string | undefined;
  readonly when: {
    readonly task?: readonly TaskType[] | undefined;
    readonly tag?: readonly string[] | undefined;
    readonly tool?: readonly string[] | undefined;
    readonly key?: readonly string[] | undefined;
    /** A regular expression, case-insensitive. */
    readonly prompt?: string | undefined;
    readonly moreTokensThan?: Tokens | undefined;
    readonly fewerTokensThan?: Tokens | undefined;
  };
  /**
   * Tiers, families, model ids and patterns of ids (`openai/*`), or `local`; tried in this order. Aliases are already
   * resolved.
   */
  readonly use: readonly string[];
};
