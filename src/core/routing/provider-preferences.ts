import type { JsonObject } from '../json/json.ts';
import type { Usd } from '../units.ts';

export const providerSorts = ['price', 'latency', 'throughput'] as const;

/** What candidates are ordered by in the place of a policy or a balancing strategy. */
export type ProviderSort = (typeof providerSorts)[number];

/** Which providers a call may go to, and in which order: what OpenRouter's clients write as `provider`. */
export type ProviderPreferences = {
  /** Provider ids to try first, in this order. */
  readonly order?: readonly string[];
  /** No other provider. */
  readonly only?: readonly string[];
  readonly ignore?: readonly string[];
  /** `false`: each model by its first provider alone, and no model that the caller has not named. Default `true`. */
  readonly allowFallbacks?: boolean;
  readonly sort?: ProviderSort;
  /** Dollars per million tokens, and per request. */
  readonly maxPrice?: { readonly prompt?: Usd; readonly completion?: Usd; readonly request?: Usd };
  /** Members that only a provider knows which chooses among sellers itself. */
  readonly foreign?: readonly string[];
  /** All of it in the caller's own words, for a provider that chooses among sellers itself. */
  readonly asWritten?: JsonObject;
};

/** Where data may go, from config or key. Local models may always see them. */
export type DataPolicy = {
  /** Patterns of provider ids; absent: all. */
  readonly providers?: readonly string[] | undefined;
  /** Patterns of regions (`eu-*`); absent: all. A place whose region nobody has named is none of them. */
  readonly regions?: readonly string[] | undefined;
};

/** What providers may be called in wishes. */
export type ProviderNames = {
  readonly ids: ReadonlySet<string>;
  /** A provider that chooses among sellers itself is configured: any other name may be meant for it. */
  readonly open: boolean;
  /** Providers that take keys of callers. */
  readonly callerKeys: ReadonlySet<string>;
};

/** Whether the caller's order holds, and no strategy shares the calls out. */
export function isArranged(wishes: ProviderPreferences | undefined): boolean {
  return wishes?.order !== undefined || wishes?.sort !== undefined;
}
