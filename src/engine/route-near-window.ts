import type { Call } from '../core/call.ts';
import { ConclaveError } from '../core/errors.ts';
import type { Model } from '../core/model.ts';
import type { Tokens } from '../core/units.ts';
import type { EngineContext } from './engine.ts';
import { exactSize } from './routing/measure-request.ts';
import { routeCall, type Route } from './route.ts';
import { passingNotes, type RouteNotes } from './routing/route-notes.ts';
import { roomTaken } from './routing/with-room-to-answer.ts';

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
      error instanceof ConclaveError &&
      (tooLong(engine, call, record, near.to).length > 0 || record.isCeilingDoubtful === true);
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
  if (record.size) record.size = await exactSize(call.request, record.size, engine.countTokens);
  record.warnings.length = warned;
  return routeCall(engine, call, record, mostNamed);
}

function isDoubtful(engine: EngineContext, { call, plan, features }: Route, record: RouteNotes): boolean {
  const first = plan.steps[0]?.candidates[0]?.model;
  const { inputTokens, outputTokensAsked, considered } = features;
  const isChosenNear = first !== undefined && isNear(roomIn(first, outputTokensAsked), inputTokens, near.to);
  if (isChosenNear || record.isCeilingDoubtful === true) return true;
  // Who names a model, for a call or in a rule, wants that one.
  if (considered === undefined || plan.gaveWay === true)
    return tooLong(engine, call, record, near.to).length > 0;
  const missed = tooLong(engine, call, record, usualExcess);
  return missed.length > 0 && wouldHaveChosen(engine, call, record, missed);
}

/** Whether an open choice would fall on one of them, were the prompt as much shorter as the estimate may be too long. */
function wouldHaveChosen(
  engine: EngineContext,
  call: Call,
  { size, classification }: RouteNotes,
  models: readonly string[],
): boolean {
  if (!size) return false;
  const inputTokens = Math.floor(size.inputTokens / usualExcess);
  const notes = { ...passingNotes(), classification, size: { ...size, inputTokens } };
  const { plan } = routeCall(engine, call, notes);
  return plan.steps.some(({ candidates: [first] }) => first && models.includes(first.model.id));
}

/** Whom the estimate says to be too long for, by no more than it may err. */
function tooLong(
  { catalogue }: EngineContext,
  { request }: Call,
  { size, tooLongFor = [] }: RouteNotes,
  to: number,
): string[] {
  return tooLongFor.filter((id) => {
    const model = catalogue.get(id);
    return model !== undefined && isNear(roomIn(model, request.maxOutputTokens), size?.inputTokens ?? 0, to);
  });
}

/** What a window leaves for the prompt. */
function roomIn(model: Model, outputTokensAsked: Tokens | undefined): Tokens | undefined {
  return model.contextWindow && model.contextWindow - roomTaken(model, outputTokensAsked);
}

function isNear(room: Tokens | undefined, estimate: Tokens, to: number): boolean {
  return room !== undefined && estimate > room * near.from && estimate < room * to;
}
