import type { Call } from '../core/call.ts';
import type { EngineContext } from './context.ts';
import { readUpdates } from './read-updates.ts';
import type { RouteResult } from './route-call.ts';
import { routeNearWindow } from './route-near-window.ts';
import type { RequestSize } from './routing/measure-request.ts';
import { resolveCall } from './routing/resolve-call.ts';
import { sizeOfCall } from './routing/size-of-call.ts';

/** Where a call would go, and its size. */
export type WouldBeRoute = Extract<RouteResult, { kind: 'found' }> & { readonly size: RequestSize };

/**
 * Returns where a call would go if it were made now, by the same steps as the pipeline, but without a ledger row and
 * without asking a model to classify it.
 * @throws ConclaveError if no candidate can serve the call.
 */
export async function wouldRoute(
  engine: EngineContext,
  call: Call,
  maxNamed?: number,
): Promise<WouldBeRoute> {
  const size = await sizeOfCall(engine, call);
  const resolved = resolveCall(engine, call, size);
  await readUpdates(engine, resolved);
  const result = await routeNearWindow(engine, resolved, maxNamed);
  if (result.kind === 'refused') throw result.error;
  return { ...result, size };
}
