import type { ConfiguredModel } from '../core/catalogue.ts';
import { priceFromUsd } from '../core/money/price-from-usd.ts';
import { capabilities, type Model } from '../core/model.ts';
import { scaleTokenPrice } from '../core/money/map-rates.ts';
import { picoPerSearch, type Price } from '../core/money/price.ts';
import type { Usd } from '../core/units.ts';
import { withKnownTerms } from '../core/money/with-known-terms.ts';
import type { Provider } from '../core/provider.ts';
import { familyNamed, familyOf, knownModel } from './family-of.ts';
import { isCloudName } from './forwarded-models.ts';
import { hosts, localHost } from './hosts.ts';
import { withHourlyWrites } from './hourly-writes.ts';
import { isEmbedderName } from './is-embedder-name.ts';
import { families } from './overlay/index.ts';
import { plainName } from '../core/names/plain-name.ts';
import { findPriced, type PricedModel } from './price-snapshot.ts';

/** The part of a provider that describing its models needs. */
export type DescribedProvider = Pick<Provider, 'id' | 'local' | 'rateFactors' | 'ownNames' | 'listPrefix'>;

/** Price of a model on the user's own machine. */
const free: Price = { input: 0, output: 0 };

/**
 * Returns everything known about a model at a provider: prices from the price list, the rest from its family's overlay.
 * An unknown name gives a model with unknown price, window and capabilities.
 */
export function describeModel(
  provider: DescribedProvider,
  name: string,
  priced: readonly PricedModel[],
): Model {
  const plain = plainName(name);
  const family = familyOf(plain);
  const known = family && knownModel(family, plain);
  const local = provider.local && !isCloudName(name);
  const host = local ? localHost : hosts[provider.id];
  const row = findPriced(priced, name);
  const atHome = family?.home === provider.id;
  const listed = local ? free : known?.price && atHome ? priceFromUsd(known.price) : row?.price;
  const rated = listed && family?.hourlyWrites ? withHourlyWrites(listed, family.hourlyWrites) : listed;
  const searched = rated && atHome ? withSearches(rated, family.webSearch) : rated;
  const cachesUnasked = family?.cachesUnasked && searched?.cacheWrite !== undefined;
  const price = searched && { ...searched, ...(cachesUnasked && { cachesUnasked }) };
  const contextWindow = row?.window ?? known?.contextWindow;
  const rateFactors = provider.rateFactors?.filter(({ models }) => models.test(name)) ?? [];
  return {
    id: `${provider.id}/${name}`,
    provider: provider.id,
    name,
    family: family?.id ?? plain.replace(/-.*$/, ''),
    capabilities: {
      ...(family?.deaf?.test(plain) && { audio: false }),
      ...(known && { ...family.capabilities, ...known.capabilities }),
      ...(!known && isEmbedderName(plain) && { embeddings: true }),
    },
    strengths: [...(host?.strengths ?? []), ...(family?.strengths ?? [])],
    weaknesses: [...(host?.weaknesses ?? []), ...(family?.weaknesses ?? [])],
    local,
    ...(known?.tier && { tier: known.tier }),
    ...(contextWindow !== undefined && { contextWindow }),
    ...(known?.maxOutputTokens !== undefined && { maxOutputTokens: known.maxOutputTokens }),
    ...(known?.imageTokens !== undefined && { imageTokens: known.imageTokens }),
    ...(family?.portableThoughts && { portableThoughts: true }),
    ...(family?.answerApart && { answerApart: true }),
    ...(family?.audioApart && { audioApart: true }),
    ...(price && { price }),
    ...(rateFactors.length > 0 && { rateFactors }),
    // A batch discount applies to tokens, not to searches or the call itself.
    ...(price && atHome && known?.batchShare && { batchPrice: scaleTokenPrice(price, known.batchShare) }),
    ...(atHome && known?.quotas && { quotas: known.quotas }),
    ...(known?.successor && { retired: { successor: known.successor } }),
  };
}

/** Returns the names of a provider's current models, best first if it is their home, and of its embedding models. */
export function listedNames(provider: DescribedProvider, priced: readonly PricedModel[]): string[] {
  const atHome = families
    .filter(({ home }) => home === provider.id)
    .flatMap(({ models }) => models.map(({ name }) => name));
  const sold = priced
    .filter(({ name, price, deprecated }) => price && !deprecated && !variant.test(name))
    .map(({ name }) => name)
    .filter((name) => {
      const plain = plainName(name);
      if (isEmbedderName(plain)) return true;
      const family = familyOf(plain);
      return family && family.home !== provider.id && knownModel(family, plain);
    });
  return [...atHome, ...sold];
}

/**
 * Names that are not models of their own: a region placeholder, a moving pointer, a service class (`:free`, `:batch`).
 */
const variant = /^regional\.|^~|:[a-z]/;

/** Returns a model with the settings of the configuration. */
export function withConfigured(model: Model, configured: ConfiguredModel): Model {
  const can = configured.capabilities;
  const { family } = configured;
  // A name that says nothing (an ARN) is at least that of its family.
  const knownAs = model.knownAs ?? (familyOf(plainName(model.name)) ? undefined : family);
  const { portableThoughts: ofItsName, ...described } = model;
  const portable = family === undefined ? ofItsName : familyNamed(family)?.portableThoughts;
  return {
    ...described,
    ...(family !== undefined && { family }),
    ...(portable && { portableThoughts: true }),
    ...(knownAs !== undefined && { knownAs }),
    ...(configured.tier !== undefined && { tier: configured.tier }),
    ...(configured.contextWindow !== undefined && { contextWindow: configured.contextWindow }),
    ...(configured.maxOutputTokens !== undefined && { maxOutputTokens: configured.maxOutputTokens }),
    ...(can && { capabilities: Object.fromEntries(capabilities.map((one) => [one, can.includes(one)])) }),
    ...(configured.price && {
      price: withKnownTerms(priceFromUsd(configured.price), model.price),
      hasConfiguredPrice: true,
    }),
  };
}

function withSearches(price: Price, usdPerThousand: Usd | undefined): Price {
  if (usdPerThousand === undefined) return price;
  const { input, output } = price;
  return withKnownTerms(price, { input, output, webSearch: picoPerSearch(usdPerThousand) });
}
