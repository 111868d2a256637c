import type { JsonObject } from '../../json/json.ts';
import type { Usd } from '../../units.ts';

export const providerSorts = ['price', 'latency', 'throughput'] as const;

/** What candidates are ordered by instead of a policy or a balancing strategy. */
export type ProviderSort = (typeof providerSorts)[number];

export const retentionMembers = ['data_collection', 'zdr'] as const;

/** A member of OpenRouter's `provider` by which a caller lets no provider keep its data. */
export type RetentionMember = (typeof retentionMembers)[number];

/** Which providers a call may use, and in which order: OpenRouter's `provider` object. */
export type ProviderPreferences = {
  /** Provider ids to try first, in this order. */
  readonly order?: readonly string[];
  /** No other provider. */
  readonly only?: readonly string[];
  readonly ignore?: readonly string[];
  /** Only local models. Set by Conclave for what it asks on behalf of a call that must stay on them. */
  readonly localOnly?: boolean;
  /** Only providers that keep no data: the member that says so. */
  readonly noRetention?: RetentionMember;
  /**
   * `false`: use only the first provider of each model, which `order` must name if it names any, and no model that the
   * caller has not named. Default `true`.
   */
  readonly allowFallbacks?: boolean;
  readonly sort?: ProviderSort;
  /** Dollars per million tokens, and per request. */
  readonly maxPrice?: { readonly prompt?: Usd; readonly completion?: Usd; readonly request?: Usd };
  /** Members that only a provider that is itself a router understands. */
  readonly foreign?: readonly string[];
  /** The object as a provider that is itself a router receives it; absent: nothing in it concerns such a provider. */
  readonly forwarded?: JsonObject;
};

/** Returns the only providers that may answer because `order` names them and there are no fallbacks; `undefined`: any. */
export function closedOrder({
  order,
  allowFallbacks,
}: Pick<ProviderPreferences, 'order' | 'allowFallbacks'>): readonly string[] | undefined {
  return allowFallbacks === false && order?.length ? order : undefined;
}

/** Where data may go, set by config or key. Local models may always receive it. */
export type DataPolicy = {
  /** Patterns of provider ids; absent: all. */
  readonly providers?: readonly string[] | undefined;
  /** Patterns of regions (`eu-*`); absent: all. A deployment without a configured region matches none. */
  readonly regions?: readonly string[] | undefined;
};

/** The provider names that are valid in preferences. */
export type ProviderNames = {
  readonly ids: ReadonlySet<string>;
  /** Ids by the other names of their providers. */
  readonly otherNames: ReadonlyMap<string, string>;
  /** A provider that is itself a router is configured: any other name may be meant for it. */
  readonly open: boolean;
  /** Providers that such a router cannot know: the routers themselves, local servers, and those that only the config defines. */
  readonly onlyHere: ReadonlySet<string>;
  /** Those of them that are themselves routers. */
  readonly routers: ReadonlySet<string>;
  /** Providers that accept callers' own keys. */
  readonly callerKeys: ReadonlySet<string>;
};

/**
 * Returns the place of a provider among others by the caller's preferences: the lowest is tried first. Providers with
 * equal places are equal to the caller.
 */
export function providerPlace(id: string, { order = [], only }: ProviderPreferences): number {
  const named = order.indexOf(id);
  const place = named < 0 ? order.length : named;
  // A provider that chooses among other providers itself may have none of those that `only` names.
  return 2 * place + Number(only?.includes(id) === false);
}
