import type { Call } from '../core/call.ts';
import type { Resolution } from '../core/catalogue.ts';
import type { Plan, RequestFeatures } from '../core/plan.ts';
import { lastSaid } from '../core/said-by-user.ts';
import { slowWarnings } from './deployments/waits.ts';
import type { EngineContext } from './engine.ts';
import { furtherModels } from './money/further-models.ts';
import type { RuledOut } from './routing/at-origin.ts';
import { callWishes } from './routing/call-wishes.ts';
import { candidateModels } from './routing/candidate-models.ts';
import { choosePlan } from './routing/choose-plan.ts';
import { classifyCall } from './routing/classify-call.ts';
import { decisionOf } from './routing/decision-of.ts';
import { mayMiss } from './routing/may-miss.ts';
import { measureRequest } from './routing/measure-request.ts';
import { misspeltSensitive } from './routing/misspelt-sensitive.ts';
import { pinnedModel } from './routing/pinned-model.ts';
import { ceilingWarnings } from './routing/price-ceiling.ts';
import { nobodyLeft, refuseDearerThanAsked } from './routing/refuse-everybody.ts';
import { requestFeatures } from './routing/request-features.ts';
import type { RouteNotes } from './routing/route-notes.ts';
import { isAsked, sift } from './routing/sift.ts';
import { withinCeiling } from './routing/within-ceiling.ts';

/** Where a call may go: the plan, and the features that it was made from. */
export type Route = {
  readonly call: Call;
  readonly features: RequestFeatures;
  readonly plan: Plan;
  /** The id of the model that the caller named itself; absent: the choice was Conclave's. */
  readonly asked?: string;
  /** The output limit of the request is Conclave's, set for a hard budget: the caller named none. */
  readonly limitAdded?: true;
};

/** Most models that a stored decision names on either side; the rest are counted. */
const namedInDecision = 12;

/**
 * Resolves the model, applies the hard filters, and lets the policy rank what is left. The decision, with what ruled
 * each candidate out, goes into the record before anything can fail.
 */
export function routeCall(
  engine: EngineContext,
  call: Call,
  notes: RouteNotes,
  mostNamed = namedInDecision,
): Route {
  const asked = engine.catalogue.resolve(call.request.model, call.raw?.dialect);
  const pinned = pinnedModel(engine, call, asked);
  const resolution = pinned?.resolution ?? asked;
  const size = (notes.size ??= measureRequest(call.request));
  const models = candidateModels(engine, call, resolution);
  const open = resolution.kind === 'auto';
  // For policies, and to guess what the call is for: whoever names a model needs neither.
  const said = open ? lastSaid(call.request.messages) : undefined;
  if (open) notes.classification ??= classifyCall(engine, call, said);
  const features = requestFeatures(call, resolution, {
    size,
    said,
    classification: notes.classification,
    defaultOutputTokens: engine.settings.reserveOutputTokens,
    usualOutputTokens: engine.answerLengths.of,
    at: engine.now(),
    furtherModels: furtherModels(call.request, engine.catalogue),
    preferences: engine.settings.preferences,
    ...(open && {
      conversation: engine.conversations.of(call),
      considered: models,
      qualityOf: engine.qualityOf,
    }),
  });
  const wishes = open ? callWishes(call, models) : undefined;
  if (call.decided) {
    notes.decision = decisionOf('step', call.decided, { out: [], mostNamed, features, wishes });
    return { call, features, plan: call.decided };
  }
  const { fit, out } = sift(engine, { models, features, call, resolution }, notes);

  if (fit.length === 0) {
    const none: Plan = { steps: [], reason: 'no candidate fits' };
    notes.decision = decisionOf('none', none, { out, mostNamed, features, wishes });
    throw nobodyLeft(engine, { features, resolution, out });
  }
  if (!open && !fit.some(({ model }) => isAsked(resolution, model)))
    refuseDearerThanAsked(engine, { call, features, resolution, out });
  const { policy, plan: wished } = choosePlan(engine, {
    resolution,
    features,
    fit,
    isPinned: resolution !== asked,
    providerWishes: call.providerWishes,
  });
  const plan = withinCeiling({ call, features, plan: wished });
  notes.decision = decisionOf(policy, plan, { out, mostNamed, features, wishes });
  warn(notes, routeWarnings(resolution, plan, out));
  warn(notes, pinned?.warnings);
  warn(notes, plan.warnings);
  if (open) warn(notes, mayMiss(features, plan.steps[0]?.candidates[0]?.model));
  warn(notes, ceilingWarnings(call, plan));
  warn(notes, slowWarnings(engine.stats, features, plan));
  if (!features.localOnly) warn(notes, misspeltSensitive(call));
  const named = resolution.kind === 'model' && !resolution.viaAlias ? resolution.model.id : undefined;
  return { call, features, plan, ...(named !== undefined && { asked: named }) };
}

function warn({ warnings }: RouteNotes, more: readonly string[] | undefined): void {
  if (more !== undefined && more.length > 0) warnings.push(...more);
}

function routeWarnings(resolution: Resolution, plan: Plan, out: readonly RuledOut[]): string[] {
  if (resolution.kind === 'auto') return [];
  const chosen = plan.steps[0]?.candidates[0]?.model.id;
  const asked = out.find(({ model }) => model === resolution.model.id);
  const moved = chosen !== resolution.model.id && asked;
  return [
    ...resolution.warnings,
    ...(moved ? [`${asked.model} was not used: ${asked.reason}; ${chosen} answers instead`] : []),
  ];
}
