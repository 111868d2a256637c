import type { Call } from '../core/call.ts';
import { ConclaveError } from '../core/errors.ts';
import type { Decision } from '../core/plan.ts';
import type { Tokens } from '../core/units.ts';
import type { EngineContext } from './engine.ts';
import { exactSize } from './measure-request.ts';
import { routeCall, type Route, type RouteNotes } from './route.ts';

/** Between these shares of a window an estimate may err to either side of it. */
const near = { from: 0.5, to: 1.5 };

/**
 * Routes a call by the estimate of its size. Where that is near the window of the model that it would go to, or of the
 * one that it, or a rule, asked for and that it may not go to, or where a price ceiling lets somebody in by the estimate and not by the
 * bound, the prompt is counted and routed by the count: a tokenizer takes 3 ms for 100 KB, and a third of a second once.
 */
export function routeNearWindow(
  engine: EngineContext,
  call: Call,
  record: RouteNotes,
  mostNamed?: number,
): Route | Promise<Route> {
  const warned = record.warnings.length;
  try {
    const route = routeCall(engine, call, record, mostNamed);
    if (call.decided || !isDoubtful(engine, route, record)) return route;
  } catch (error) {
    const refused =
      error instanceof ConclaveError && (wasTooLong(engine, record) || record.isCeilingDoubtful === true);
    if (call.decided || !refused) throw error;
  }
  return countAndRoute(engine, call, { record, warned, mostNamed });
}

async function countAndRoute(
  engine: EngineContext,
  call: Call,
  {
    record,
    warned,
    mostNamed,
  }: { readonly record: RouteNotes; readonly warned: number; readonly mostNamed: number | undefined },
): Promise<Route> {
  const count = await engine.tokenCounter();
  if (record.size) record.size = exactSize(call.request, record.size, count);
  record.warnings.length = warned;
  return routeCall(engine, call, record, mostNamed);
}

function isDoubtful(engine: EngineContext, { plan, features }: Route, record: RouteNotes): boolean {
  const first = plan.steps[0]?.candidates[0]?.model;
  const { inputTokens, considered } = features;
  if (isNear(first?.contextWindow, inputTokens) || record.isCeilingDoubtful === true) return true;
  // Of an open choice others are left; who names a model, for a call or in a rule, wants that one.
  return (considered === undefined || plan.gaveWay === true) && wasTooLong(engine, record);
}

function wasTooLong({ catalogue }: EngineContext, { decision, size }: RouteNotes): boolean {
  return (decision?.ruledOut ?? []).some(
    ({ model, rule }: Decision['ruledOut'][number]) =>
      rule === 'window' && isNear(catalogue.get(model)?.contextWindow, size?.inputTokens ?? 0),
  );
}

function isNear(window: Tokens | undefined, estimate: Tokens): boolean {
  return window !== undefined && estimate > window * near.from && estimate < window * near.to;
}
