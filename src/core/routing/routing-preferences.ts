import type { TaskType } from '../task.ts';
import type { Tokens } from '../units.ts';

/** How much quality counts beside money and time. */
export const routingModes = ['economy', 'balanced', 'best'] as const;

export type RoutingMode = (typeof routingModes)[number];

/** What the user wants of routing, from config or key. */
export type RoutingPreferences = {
  /** By name. Default: `learned` where a mode or a quality is wished for, else `tiered`. */
  readonly policy?: string | undefined;
  /** Default `balanced`. */
  readonly mode?: RoutingMode | undefined;
  /** At least this share of the best model's chance of success, at the least cost; precedes `mode`. */
  readonly quality?: number | undefined;
  /** The one model of every call that leaves the choice open. */
  readonly pin?: string | undefined;
  /** First match wins, whatever the policy. */
  readonly rules?: readonly RoutingRule[] | undefined;
  readonly weights?: RoutingWeights | undefined;
  readonly cascade?: CascadePreferences | undefined;
  /** Share of learned choices that try another model to learn of it, 0 to 0.05. */
  readonly exploration?: number | undefined;
  /** Calls of this key are never part of an experiment. */
  readonly critical?: boolean | undefined;
};

/** What of it a virtual key may say for itself. */
export type KeyRouting = Pick<RoutingPreferences, 'policy' | 'mode' | 'quality' | 'pin' | 'critical'>;

/** How a cascade looks at its answers. */
export type CascadePreferences = {
  /** P(right) that an answer needs. Default: what the wanted quality asks for. */
  readonly threshold?: number | undefined;
  /** How often the first model is asked, to see whether it agrees with itself. Default 1. */
  readonly samples?: number | undefined;
  /** Whether a small model of another family judges what other signals leave open. Default false. */
  readonly judge?: boolean | undefined;
};

/** How much each counts for the policy `weighted`; only their proportions matter. */
export type RoutingWeights = { readonly quality: number; readonly cost: number; readonly latency: number };

/** Where calls of a kind go. Everything under `when` must hold; lists hold when one of their items does. */
export type RoutingRule = {
  readonly name?: string | undefined;
  readonly when: {
    readonly task?: readonly TaskType[] | undefined;
    readonly tag?: readonly string[] | undefined;
    readonly tool?: readonly string[] | undefined;
    readonly key?: readonly string[] | undefined;
    /** A regular expression, without regard to case. */
    readonly prompt?: string | undefined;
    readonly moreTokensThan?: Tokens | undefined;
    readonly fewerTokensThan?: Tokens | undefined;
  };
  /** Tiers, families, model ids and patterns of ids (`openai/*`), or `local`; tried in this order. Aliases are resolved before. */
  readonly use: readonly string[];
};
