import type { Model } from '../../core/model.ts';
import type { Tokens } from '../../core/units.ts';
import type { Route } from '../route.ts';
import type { CountingServices, RoutingServices } from './routing-services.ts';
import { exactSize } from './size/measure-request.ts';
import { routeCall, type RouteResult } from './route-call.ts';
import type { ResolvedCall } from './choice/resolve-call.ts';
import type { Doubt } from './filters/filter-candidates.ts';
import { roomTaken } from './filters/soft/enough-context.ts';

/**
 * If an estimate is between these multiples of the room in a window, it may be wrong in either direction: minified data
 * has two and a half bytes per token, Thai and Hindi up to ten.
 */
const near = { from: 0.5, to: 2.5 };

/** How far the estimate of ordinary text may exceed its real count, as a factor. */
const usualExcess = 1.25;

/**
 * Routes a call by the estimate of its size. The prompt is counted, and routed by the count, in two cases: the estimate
 * is close to the window of a model that the call would use or that was ruled out as too small (named by the call or by
 * a rule, or one that the choice would have fallen on); or a candidate is under the price ceiling by the estimate but
 * not by the upper bound. A tokenizer takes 3 ms for 100 KB of prose, little more than a fifth of a second at most,
 * plus a third of a second once.
 */
export function routeBySize(
  engine: CountingServices,
  resolved: ResolvedCall,
  maxNamed?: number,
): RouteResult | Promise<RouteResult> {
  const result = routeCall(engine, resolved, maxNamed);
  if (resolved.call.parent?.step || !isDoubtful(engine, resolved, result)) return result;
  return countAndRoute(engine, resolved, maxNamed);
}

async function countAndRoute(
  engine: CountingServices,
  resolved: ResolvedCall,
  maxNamed: number | undefined,
): Promise<RouteResult> {
  const size = await exactSize(resolved.call.request, resolved.size, engine.countTokens);
  return routeCall(engine, { ...resolved, size }, maxNamed);
}

function isDoubtful(engine: RoutingServices, resolved: ResolvedCall, result: RouteResult): boolean {
  const { doubt } = result;
  if (doubt.ofCeiling) return true;
  if (result.kind === 'refused') return tooLong(engine, resolved, doubt, near.to).length > 0;
  const { plan, choice } = result.route;
  if (isChosenNear(result.route)) return true;
  // A model named by the call or by a rule is wanted itself, so any doubt about it is worth a count.
  if (choice.kind === 'named' || plan.gaveWay === true)
    return tooLong(engine, resolved, doubt, near.to).length > 0;
  const missed = tooLong(engine, resolved, doubt, usualExcess);
  return missed.length > 0 && wouldHaveChosen(engine, resolved, missed);
}

function isChosenNear({ plan, features }: Route): boolean {
  const first = plan.steps[0]?.candidates[0]?.model;
  const { size, limits } = features;
  return first !== undefined && isNear(roomIn(first, limits.maxOutputTokens), size.prompt.expected, near.to);
}

/**
 * Whether an open choice would fall on one of these models if the prompt were shorter by as much as the estimate may be
 * too high.
 */
function wouldHaveChosen(
  engine: RoutingServices,
  resolved: ResolvedCall,
  models: readonly string[],
): boolean {
  const { size } = resolved;
  const prompt = { ...size.prompt, expected: Math.floor(size.prompt.expected / usualExcess) };
  const result = routeCall(engine, { ...resolved, size: { ...size, prompt } });
  if (result.kind === 'refused') return false;
  return result.route.plan.steps.some(({ candidates: [first] }) => first && models.includes(first.model.id));
}

/** Models whose windows the prompt exceeds by the estimate, but by no more than the estimate may err. */
function tooLong(
  { catalogue }: Pick<RoutingServices, 'catalogue'>,
  { call: { request }, size }: ResolvedCall,
  { tooLongFor }: Doubt,
  to: number,
): string[] {
  return tooLongFor.filter((id) => {
    const model = catalogue.get(id);
    return model !== undefined && isNear(roomIn(model, request.maxOutputTokens), size.prompt.expected, to);
  });
}

/** What a window leaves for the prompt. */
function roomIn(model: Model, maxOutputTokens: Tokens | undefined): Tokens | undefined {
  return model.contextWindow && model.contextWindow - roomTaken(model, maxOutputTokens);
}

function isNear(room: Tokens | undefined, estimate: Tokens, to: number): boolean {
  return room !== undefined && estimate > room * near.from && estimate < room * to;
}
