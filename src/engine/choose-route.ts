import type { CallRecord, EngineContext, Route } from './context.ts';
import type { RoutingParts } from './routing/routing-parts.ts';
import { routeNearWindow } from './route-near-window.ts';
import { newIgnoredGoal } from './routing/ignored-goal.ts';
import type { ResolvedCall } from './routing/resolve-call.ts';

/**
 * Finds out where the call may go. Records the classification and the decision, with what ruled each candidate out,
 * even if no candidate is left.
 * @throws ConclaveError if no candidate can serve the call.
 */
export async function chooseRoute(
  engine: RoutingParts & Pick<EngineContext, 'countTokens' | 'warnedKeys'>,
  resolved: ResolvedCall,
  record: CallRecord,
): Promise<Route> {
  record.classification = resolved.classification;
  const result = await routeNearWindow(engine, resolved);
  record.decision = result.decision;
  if (result.kind === 'refused') throw result.error;
  record.warnings.push(...result.warnings, ...newIgnoredGoal(engine, result.route));
  return result.route;
}
