import type { Model } from '../core/model.ts';
import type { EngineContext } from './engine-context.ts';
import { findRoute } from './routing/find-route.ts';
import { isPriceUnknown } from './money/known-prices.ts';
import type { ExpectedCall } from './open-parent.ts';
import type { Route } from './route.ts';
import { sizeOfCall, withStored } from './routing/size/size-of-call.ts';

/**
 * Whether the model that a call names, or some model if it names none, could serve the call within its limits if it were
 * made now. A fallback of the named model does not count: the caller asks for an answer of this model, or chooses
 * another itself. Nothing of unknown price is within a cost limit, even if the call names it.
 */
export async function canServe(
  engine: EngineContext,
  { call, furtherTokens = 0 }: ExpectedCall,
): Promise<boolean> {
  const size = await sizeOfCall(engine, call);
  const found = await findRoute(engine, call, furtherTokens > 0 ? withStored(size, furtherTokens) : size);
  if (found.kind === 'refused') return false;
  const { plan, choice } = found.route;
  const first = plan.steps[0]?.candidates[0]?.model;
  if (first === undefined || isFallback(first, choice)) return false;
  // A stored conversation does not decide which window fits, but these tokens will be part of the request.
  const { contextWindow = Infinity } = first;
  if (furtherTokens > 0 && size.prompt.expected + furtherTokens > contextWindow) return false;
  return call.limits.maxCostUsd === undefined || !isPriceUnknown(found.route);
}

/** Whether the model stands in for another that the call names. A pin is not named by the call. */
function isFallback({ id }: Model, choice: Route['choice']): boolean {
  return choice.kind === 'named' && choice.by !== 'pin' && choice.model.id !== id;
}
