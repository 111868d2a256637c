import type { EngineContext } from './engine.ts';
import type { CallRecord } from './record.ts';
import type { Route } from './route.ts';
import { routeNearWindow } from './route-near-window.ts';
import { newVoidAim } from './routing/void-aim.ts';
import type { CallToRoute } from './routing/call-to-route.ts';

/**
 * Finds out where the call may go. What it is thought to be for and the decision, with what ruled each candidate out, go
 * into the record also where that is nowhere.
 * @throws ConclaveError where nobody can serve it.
 */
export async function chooseRoute(
  engine: EngineContext,
  known: CallToRoute,
  record: CallRecord,
): Promise<Route> {
  record.classification = known.classification;
  const routing = await routeNearWindow(engine, known);
  record.decision = routing.decision;
  if (routing.kind === 'nobody') throw routing.error;
  record.warnings.push(...routing.warnings, ...newVoidAim(engine, routing.route));
  return routing.route;
}
