import type { Model } from '../core/model.ts';
import type { Tokens } from '../core/units.ts';
import type { EngineContext, Route } from './context.ts';
import { exactSize } from './routing/measure-request.ts';
import { routeCall, type Routing } from './route.ts';
import type { CallToRoute } from './routing/call-to-route.ts';
import type { Doubt } from './routing/apply-hard-filters.ts';
import { roomTaken } from './routing/prefer-enough-context.ts';

/**
 * Between these shares of a window an estimate may err to either side of it: minified data take two bytes and a half to a token,
 * Thai and Hindi up to ten.
 */
const near = { from: 0.5, to: 2.5 };

/** What an estimate of text as people write it may be above the count. */
const usualExcess = 1.25;

/**
 * Routes a call by the estimate of its size. Where that is near the window of the model that it would go to, or of one
 * that it, or a rule, asked for or the choice would have fallen on, and that it may not go to, or where a price ceiling lets
 * somebody in by the estimate and not by the bound, the prompt is counted and routed by the count: a tokenizer takes 3 ms for
 * 100 KB of prose, a fifth of a second or little more at most, and a third of a second once.
 */
export function routeNearWindow(
  engine: EngineContext,
  known: CallToRoute,
  mostNamed?: number,
): Routing | Promise<Routing> {
  const routing = routeCall(engine, known, mostNamed);
  if (known.call.decided || !isDoubtful(engine, known, routing)) return routing;
  return countAndRoute(engine, known, mostNamed);
}

async function countAndRoute(
  engine: EngineContext,
  known: CallToRoute,
  mostNamed: number | undefined,
): Promise<Routing> {
  const size = await exactSize(known.call.request, known.size, engine.countTokens);
  return routeCall(engine, { ...known, size }, mostNamed);
}

function isDoubtful(engine: EngineContext, known: CallToRoute, routing: Routing): boolean {
  const { doubt } = routing;
  if (doubt.ofCeiling) return true;
  if (routing.kind === 'nobody') return tooLong(engine, known, doubt, near.to).length > 0;
  const { plan, choice } = routing.route;
  if (isChosenNear(routing.route)) return true;
  // Who names a model, for a call or in a rule, wants that one.
  if (choice.kind === 'asked' || plan.gaveWay === true)
    return tooLong(engine, known, doubt, near.to).length > 0;
  const missed = tooLong(engine, known, doubt, usualExcess);
  return missed.length > 0 && wouldHaveChosen(engine, known, missed);
}

function isChosenNear({ plan, features }: Route): boolean {
  const first = plan.steps[0]?.candidates[0]?.model;
  return (
    first !== undefined && isNear(roomIn(first, features.outputTokensAsked), features.inputTokens, near.to)
  );
}

/** Whether an open choice would fall on one of them, were the prompt as much shorter as the estimate may be too long. */
function wouldHaveChosen(engine: EngineContext, known: CallToRoute, models: readonly string[]): boolean {
  const inputTokens = Math.floor(known.size.inputTokens / usualExcess);
  const routing = routeCall(engine, { ...known, size: { ...known.size, inputTokens } });
  if (routing.kind === 'nobody') return false;
  return routing.route.plan.steps.some(({ candidates: [first] }) => first && models.includes(first.model.id));
}

/** Whom the estimate says to be too long for, by no more than it may err. */
function tooLong(
  { catalogue }: EngineContext,
  { call: { request }, size }: CallToRoute,
  { tooLongFor }: Doubt,
  to: number,
): string[] {
  return tooLongFor.filter((id) => {
    const model = catalogue.get(id);
    return model !== undefined && isNear(roomIn(model, request.maxOutputTokens), size.inputTokens, to);
  });
}

/** What a window leaves for the prompt. */
function roomIn(model: Model, outputTokensAsked: Tokens | undefined): Tokens | undefined {
  return model.contextWindow && model.contextWindow - roomTaken(model, outputTokensAsked);
}

function isNear(room: Tokens | undefined, estimate: Tokens, to: number): boolean {
  return room !== undefined && estimate > room * near.from && estimate < room * to;
}
