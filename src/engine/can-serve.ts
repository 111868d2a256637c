import type { EngineContext } from './engine-context.ts';
import { findRoute } from './find-route.ts';
import { isPriceUnknown } from './money/known-prices.ts';
import type { ExpectedCall } from './open-parent.ts';
import { sizeOfCall, withStored } from './routing/size-of-call.ts';

/**
 * Whether some model could serve a call within its limits if it were made now. Nothing of unknown price is within a cost
 * limit, even if the call names it.
 */
export async function canServe(
  engine: EngineContext,
  { call, furtherTokens = 0 }: ExpectedCall,
): Promise<boolean> {
  const size = await sizeOfCall(engine, call);
  const found = await findRoute(engine, call, furtherTokens > 0 ? withStored(size, furtherTokens) : size);
  if (found.kind === 'refused') return false;
  return call.limits.maxCostUsd === undefined || !isPriceUnknown(found.route);
}
