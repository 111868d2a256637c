import type { Call } from '../../core/call.ts';
import type { RouteServices } from './routing-services.ts';
import type { ChosenRoute } from '../route.ts';
import { findRoute, type RouteOptions } from './find-route.ts';
import type { RequestSize } from './size/measure-request.ts';
import { sizeOfCall } from './size/size-of-call.ts';

/**
 * Returns where a call would go if it were made now, and its size, without a ledger row and without asking a model to
 * classify it.
 * @throws ConclaveError if no candidate can serve the call.
 */
export async function wouldRoute(
  engine: RouteServices,
  call: Call,
  options: Pick<RouteOptions, 'maxNamed'> = {},
): Promise<ChosenRoute & { readonly size: RequestSize }> {
  const size = await sizeOfCall(engine, call);
  const result = await findRoute(engine, call, size, options);
  if (result.kind === 'refused') throw result.error;
  return { ...result, size };
}
