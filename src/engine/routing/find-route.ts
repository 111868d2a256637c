import type { Call } from '../../core/call.ts';
import type { RouteServices } from './routing-services.ts';
import { affordableRoute } from '../money/affordable-route.ts';
import { readUpdates } from './read-updates.ts';
import type { RouteResult } from './route-call.ts';
import { routeBySize } from './route-by-size.ts';
import type { RequestSize } from './size/measure-request.ts';
import { resolveCall, type ResolvedCall } from './choice/resolve-call.ts';

/** How a route is found. */
export type RouteOptions = {
  /** Finds out what the call is for, beyond its wording. Default: the wording decides. */
  readonly classify?: (resolved: ResolvedCall) => ResolvedCall | Promise<ResolvedCall>;
  /** The most models that the decision names. */
  readonly maxNamed?: number;
};

/** Finds out where a call may go: the one way to do so, for calls that are made and for calls that are only planned. */
export async function findRoute(
  engine: RouteServices,
  call: Call,
  size: RequestSize,
  { classify = (resolved) => resolved, maxNamed }: RouteOptions = {},
): Promise<RouteResult> {
  const resolved = resolveCall(engine, call, size);
  await readUpdates(engine, resolved);
  const result = await routeBySize(engine, await classify(resolved), maxNamed);
  return result.kind === 'found' ? affordableRoute(result) : result;
}
