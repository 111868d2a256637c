import type { Call } from '../core/call.ts';
import type { Resolution } from '../core/catalogue.ts';
import type { Plan, RequestFeatures } from '../core/plan.ts';
import { upperBoundCost } from '../core/price.ts';
import { nanoFromUsd, type NanoUsd, type Tokens } from '../core/units.ts';

/** What a named model may cost, and what the caller allows. */
export type Ceiling = { readonly most: NanoUsd; readonly limit: NanoUsd; readonly outputTokens: Tokens };

/** For the named model, where its price is known and the caller set a ceiling. */
export function ceilingOf(
  { maxCostUsd, ...features }: RequestFeatures,
  resolution: Resolution,
): Ceiling | undefined {
  if (maxCostUsd === undefined || resolution.kind === 'auto' || !resolution.model.price) return undefined;
  const { inputTokens, outputTokensUpperBound: outputTokens, at } = features;
  const most = upperBoundCost(resolution.model.price, inputTokens, outputTokens, at);
  return { most, limit: nanoFromUsd(maxCostUsd), outputTokens };
}

/** Whoever is named is never too dear for a price that is unknown; who set a ceiling learns that nothing was held against it. */
export function ceilingWarnings({ limits, sellers, surface }: Call, { steps }: Plan): string[] {
  if (limits.maxCostUsd === undefined && !sellers?.maxPrice) return [];
  const unknown = steps
    .flatMap(({ candidates }) => candidates)
    .flatMap(({ model, deployment }) =>
      model.price || model.local || deployment.payer === 'caller' ? [] : model.id,
    );
  if (unknown.length === 0) return [];
  const names = [...new Set(unknown)].join(', ');
  const remedy = surface === 'http' ? '; x-conclave-strict: true rules it out' : '';
  return [`the price of ${names} is unknown, so no ceiling was held against it${remedy}`];
}
