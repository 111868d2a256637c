import { matchesAny } from '../../../core/names/matches-pattern.ts';
import { priceAt } from '../../../core/money/price.ts';
import type { Candidate } from '../../../core/deployment.ts';
import type { Provider } from '../../../core/provider.ts';
import {
  closedOrder,
  type DataPolicy,
  type ProviderPreferences,
} from '../../../core/routing/preferences/provider-preferences.ts';
import { whyUnjoinable } from '../../../core/routing/preferences/joined-router-preferences.ts';
import type { Exclusion, FilterContext } from '../filters/filter.ts';

const anywhere: readonly DataPolicy[] = [];

/** Where the data may go, by config and by key: both have to allow it. */
export function dataPolicies(
  ours: DataPolicy | undefined,
  keys: DataPolicy | undefined,
): readonly DataPolicy[] {
  if (!ours && !keys) return anywhere;
  return [ours, keys].filter((places) => places !== undefined);
}

/** Why the data may not go to a candidate's deployment. */
export function outOfBounds(
  { model, deployment }: Candidate,
  { allowed }: Pick<FilterContext, 'allowed'>,
): Exclusion | undefined {
  if (allowed.length === 0 || model.local) return undefined;
  const { id } = deployment.provider;
  for (const { providers, regions } of allowed) {
    if (providers && !matchesAny(id, providers)) {
      return { rule: 'data-policy', reason: `its provider ${id} is not allowed` };
    }
    if (!regions) continue;
    const region = deployment.region ?? deployment.aws?.region;
    if (region === undefined) {
      return { rule: 'data-policy', reason: 'regions are limited, and its region is unknown' };
    }
    if (!matchesAny(region, regions)) {
      return { rule: 'data-policy', reason: `its region ${region} is not allowed` };
    }
  }
  return undefined;
}

/**
 * Why the caller does not want a candidate's provider. A provider that chooses among other providers itself receives
 * what it can know of `only` and the preferences that other providers do not support; its own name and prices are checked like any other's.
 */
export function unwanted(
  { model, deployment }: Candidate,
  {
    providerPreferences,
    features: { at },
    strict,
  }: Pick<FilterContext, 'providerPreferences' | 'strict'> & {
    readonly features: Pick<FilterContext['features'], 'at'>;
  },
): Exclusion | undefined {
  if (!providerPreferences) return undefined;
  const { maxPrice, foreign } = providerPreferences;
  const { id, quirks } = deployment.provider;
  const excluded =
    excludedByCaller(deployment.provider, providerPreferences) ??
    retaining({ model, deployment }, providerPreferences);
  if (excluded) return excluded;
  if (strict && foreign && quirks.choosesProviders !== true) {
    return { rule: 'provider', reason: `${id} does not support ${foreign.join(', ')}` };
  }
  if (!maxPrice || !model.price) return undefined;
  const { input, output, call = 0 } = priceAt(model.price, at);
  const dear = [
    ['prompt', input / 1e6, maxPrice.prompt],
    ['completion', output / 1e6, maxPrice.completion],
    ['request', call / 1e12, maxPrice.request],
  ] as const;
  const above = dear.find(([, price, most]) => most !== undefined && price > most);
  if (!above) return undefined;
  const [what, price, most] = above;
  return { rule: 'price', reason: `its ${what} price of $${price} is above provider.max_price of $${most}` };
}

/** Why a candidate's provider may keep data that the caller lets nobody keep. OpenRouter is told so, and observes it. */
export function retaining(
  { model, deployment }: Candidate,
  { noRetention }: ProviderPreferences,
): Exclusion | undefined {
  if (noRetention === undefined || model.local) return undefined;
  const { id, quirks, zeroDataRetention } = deployment.provider;
  if (zeroDataRetention || quirks.choosesProviders) return undefined;
  return {
    rule: 'data-policy',
    reason: `provider.${noRetention} requires a provider that keeps no data, and ${id} is neither local nor set to zeroDataRetention`,
  };
}

/** Why the caller's `only`, its `order` without fallbacks, and its `ignore` exclude a provider. */
export function excludedByCaller(
  { id, quirks }: Pick<Provider, 'id' | 'quirks'>,
  preferences: ProviderPreferences,
): Exclusion | undefined {
  const { only, ignore, forwarded } = preferences;
  const isRouter = quirks.choosesProviders === true;
  const conflict = isRouter ? whyUnjoinable(quirks.extraBody?.provider, forwarded) : undefined;
  if (conflict !== undefined) return { rule: 'provider', reason: conflict };
  if (isRouter && only && Array.isArray(forwarded?.only) && forwarded.only.length === 0) {
    return { rule: 'provider', reason: `provider.only and provider.order leave ${id} no provider to choose` };
  }
  if (only && !only.includes(id) && !(isRouter && forwarded?.only !== undefined)) {
    return { rule: 'provider', reason: `provider.only does not name ${id}` };
  }
  const order = closedOrder(preferences);
  if (order && !order.includes(id) && !(isRouter && forwarded?.order !== undefined)) {
    const reason = `provider.order does not name ${id}, and provider.allow_fallbacks is false`;
    return { rule: 'provider', reason };
  }
  return ignore?.includes(id) ? { rule: 'provider', reason: `provider.ignore names ${id}` } : undefined;
}
