import type { CallRecord, EngineContext, Route } from './context.ts';
import type { RoutingParts } from './routing/routing-parts.ts';
import { routeNearWindow } from './route-near-window.ts';
import { newIgnoredGoal } from './routing/ignored-goal.ts';
import type { CallToRoute } from './routing/call-to-route.ts';

/**
 * Finds out where the call may go. Records the classification and the decision, with what ruled each candidate out,
 * even if no candidate is left.
 * @throws ConclaveError if no candidate can serve the call.
 */
export async function chooseRoute(
  engine: RoutingParts & Pick<EngineContext, 'countTokens' | 'warnedKeys'>,
  known: CallToRoute,
  record: CallRecord,
): Promise<Route> {
  record.classification = known.classification;
  const routing = await routeNearWindow(engine, known);
  record.decision = routing.decision;
  if (routing.kind === 'nobody') throw routing.error;
  record.warnings.push(...routing.warnings, ...newIgnoredGoal(engine, routing.route));
  return routing.route;
}
