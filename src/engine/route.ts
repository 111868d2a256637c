import type { Call } from '../core/call.ts';
import type { Resolution } from '../core/catalogue.ts';
import type { DialectId } from '../core/content.ts';
import type { ConclaveError } from '../core/errors.ts';
import type { Model } from '../core/model.ts';
import type { CallWishes, Decision } from '../core/decision.ts';
import type { Plan, RequestFeatures } from '../core/plan.ts';
import { roughCost } from '../core/price.ts';
import type { Candidate } from '../core/provider.ts';
import { lastSaid } from '../core/said-by-user.ts';
import { classifyCall } from './routing/classify-call.ts';
import type { ProviderWishes } from '../core/provider-wishes.ts';
import type { EngineContext } from './engine.ts';
import { arrangePlan } from './routing/arrange-plan.ts';
import { atOrigin, type RuledOut, type Sifted } from './routing/at-origin.ts';
import { callWishes } from './routing/call-wishes.ts';
import { candidateModels } from './routing/candidate-models.ts';
import { furtherModels } from './money/further-models.ts';
import { configuredFallbacks } from './routing/fallback-chain.ts';
import { withRoomToAnswer } from './routing/with-room-to-answer.ts';
import { withoutUnsure } from './routing/without-unsure.ts';
import { noCandidate } from './routing/no-candidate.ts';
import { ruledOut, type Sieve } from './routing/hard-filters.ts';
import { measureRequest } from './routing/measure-request.ts';
import { pinnedModel } from './routing/pinned-model.ts';
import { candidatesOf } from './routing/candidates-of.ts';
import { isPlain, plainCall, surelyFits } from './routing/quick-look.ts';
import type { CallRecord } from './record.ts';
import { misspeltSensitive } from './routing/misspelt-sensitive.ts';
import { ceilingOf, ceilingWarnings, isCeilingDoubtful } from './routing/price-ceiling.ts';
import { requestFeatures } from './routing/request-features.ts';
import { dataPolicies } from './routing/provider-filters.ts';
import { slowWarnings } from './deployments/waits.ts';
import { codecsFor } from './attempts/wire-request.ts';
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

/** What routing leaves in a call's record. */
export type RouteNotes = Pick<CallRecord, 'size' | 'classification' | 'decision' | 'warnings'> & {
  /** Somebody was ruled out by a price ceiling for want of an exact count. */
  isCeilingDoubtful?: boolean;
  /** Whom their windows ruled out, all of them, though the decision names a dozen at most. */
  tooLongFor?: readonly string[];
};

/** For a call that is only thought through. */
export function passingNotes(): RouteNotes {
  return { size: undefined, classification: undefined, decision: undefined, warnings: [] };
}

/** Most models that a stored decision names on either side; the rest are counted. */
const namedInDecision = 12;

/**
 * Resolves the model, applies the hard filters, and lets the policy rank what is left. The decision, with what ruled
 * each candidate out, goes into the record before anything can fail.
 */
export function routeCall(
  engine: EngineContext,
  call: Call,
  record: RouteNotes,
  mostNamed = namedInDecision,
): Route {
  const asked = engine.catalogue.resolve(call.request.model, call.raw?.dialect);
  const pinned = pinnedModel(engine, call, asked);
  const resolution = pinned?.resolution ?? asked;
  const size = (record.size ??= measureRequest(call.request));
  const models = candidateModels(engine, call, resolution);
  const open = resolution.kind === 'auto';
  // For policies, and to guess what the call is for: whoever names a model needs neither.
  const said = open ? lastSaid(call.request.messages) : undefined;
  if (open) record.classification ??= classifyCall(engine, call, said);
  const features = requestFeatures(call, resolution, {
    size,
    said,
    classification: record.classification,
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
    record.decision = decisionOf('step', call.decided, { out: [], mostNamed, features, wishes });
    return { call, features, plan: call.decided };
  }
  const { fit, out } = sift(engine, { models, features, call, resolution }, record);

  if (fit.length === 0) {
    const none: Plan = { steps: [], reason: 'no candidate fits' };
    record.decision = decisionOf('none', none, { out, mostNamed, features, wishes });
    throw nobody(engine, features, resolution, out);
  }
  if (!open && !fit.some(({ model }) => isAsked(resolution, model)))
    refuseDearerThanAsked(engine, { call, features, resolution, out });
  const { policy, plan: wished } = planFor(engine, {
    resolution,
    features,
    fit,
    isPinned: resolution !== asked,
    providerWishes: call.providerWishes,
  });
  const plan = withinCeiling({ call, features, plan: wished });
  record.decision = decisionOf(policy, plan, { out, mostNamed, features, wishes });
  warn(record, routeWarnings(resolution, plan, out));
  warn(record, pinned?.warnings);
  warn(record, plan.warnings);
  warn(record, ceilingWarnings(call, plan));
  warn(record, slowWarnings(engine.stats, features, plan));
  if (!features.localOnly) warn(record, misspeltSensitive(call));
  if (call.check && plan.steps.length === 1)
    warn(record, ['the check of the answer was not made: only a cascade looks at its answers']);
  const named = resolution.kind === 'model' && !resolution.viaAlias ? resolution.model.id : undefined;
  return { call, features, plan, ...(named !== undefined && { asked: named }) };
}

/**
 * Who names a model and a ceiling that it may break learns so: nobody of our choosing answers instead, which a list of the
 * caller's own or configured fallbacks may.
 */
function refuseDearerThanAsked(
  engine: EngineContext,
  { call, features, resolution, out }: Omit<ToSift, 'models'> & { readonly out: readonly RuledOut[] },
): void {
  if (resolution.kind === 'auto' || call.models !== undefined) return;
  const { model } = resolution;
  const isOut = out.some(({ model: id, rule }) => id === model.id && rule === 'price');
  if (isOut && !configuredFallbacks(engine.settings.fallbacks, model.id))
    throw nobody(engine, features, resolution, out);
}

function isAsked(resolution: Resolution, { id }: Model): boolean {
  return resolution.kind === 'model' && resolution.model.id === id;
}

function warn({ warnings }: RouteNotes, more: readonly string[] | undefined): void {
  if (more !== undefined && more.length > 0) warnings.push(...more);
}

type ToSift = {
  readonly models: readonly Model[];
  readonly features: RequestFeatures;
  readonly call: Call;
  readonly resolution: Resolution;
};

function sift(
  engine: EngineContext,
  { models, features, call, resolution }: ToSift,
  record: RouteNotes,
): Sifted {
  const codecs = codecsFor(engine, call.request);
  const speaks = (dialect: DialectId) => codecs.has(dialect);
  const sieve: Sieve = {
    features,
    principal: call.principal,
    speaks,
    stats: engine.stats,
    strict: call.strict === true,
    // A list of the caller's own is names, whatever it stands beside.
    isNamed: (model) => call.models !== undefined || isAsked(resolution, model),
    allowed: dataPolicies(engine.settings.allow, call.principal.allow),
    ...(call.providerWishes && { providerWishes: call.providerWishes }),
  };
  const { candidates, unserved, lasting } = candidatesOf(engine, models, call);
  const look = lasting?.look;
  const plain = look && isPlain(sieve) ? plainCall(features) : undefined;
  const out: RuledOut[] = [];
  // Where nobody is ruled out, which is most calls, the list that is already there will do.
  let fit: Candidate[] | undefined;
  for (let at = 0; at < candidates.length; at++) {
    const candidate = candidates[at];
    if (!candidate) continue;
    const exclusion = plain && look && surelyFits(look, at, plain) ? undefined : ruledOut(candidate, sieve);
    if (exclusion) {
      fit ??= candidates.slice(0, at);
      out.push({ model: candidate.model.id, ...exclusion });
      if (exclusion.rule === 'price')
        record.isCeilingDoubtful ||= isCeilingDoubtful(candidate.model, features);
    } else fit?.push(candidate);
  }
  // What was measured is a guess at what will be: it chooses among several, and leaves nobody without an answer.
  if (fit?.length === 0 && !sieve.strict && out.some(({ rule }) => rule === 'latency')) {
    const patient = { ...features, maxLatencyMs: undefined };
    return sift(engine, { models, features: patient, call, resolution }, record);
  }
  const left = fit === undefined ? candidates : (lasting?.listOf(fit) ?? fit);
  const able = { fit: left, out: unserved.length === 0 ? out : out.concat(unserved) };
  const sifted = withRoomToAnswer(able, features, sieve.isNamed);
  record.tooLongFor = byWindow(sifted.out);
  const sure = resolution.kind === 'auto' ? withoutUnsure(sifted, features) : sifted;
  return atOrigin(engine, call, sure);
}

const nobodyAtAll: readonly string[] = [];

function byWindow(out: readonly RuledOut[]): readonly string[] {
  if (out.length === 0) return nobodyAtAll;
  return out.filter(({ rule }) => rule === 'window').map(({ model }) => model);
}

type Choice = {
  readonly resolution: Resolution;
  readonly features: RequestFeatures;
  readonly fit: readonly Candidate[];
  readonly isPinned: boolean;
  readonly providerWishes: ProviderWishes | undefined;
};

function planFor(engine: EngineContext, choice: Choice): { readonly policy: string; readonly plan: Plan } {
  const chosen = chosenPlan(engine, choice);
  if (!choice.providerWishes) return chosen;
  const situation = {
    features: choice.features,
    stats: engine.stats,
    open: choice.resolution.kind === 'auto',
  };
  return { ...chosen, plan: arrangePlan(chosen.plan, choice.providerWishes, situation) };
}

function chosenPlan(
  engine: EngineContext,
  { resolution, features, fit, isPinned }: Choice,
): { readonly policy: string; readonly plan: Plan } {
  if (resolution.kind === 'auto') {
    const policy = engine.policyFor(features);
    const plan = policy.plan(features, fit, engine.stats);
    return { policy: plan.policy ?? policy.name, plan };
  }
  const chosen = fit[0]?.model.id;
  const wish = `${resolution.model.id} ${isPinned ? 'is pinned' : 'was asked for'}`;
  const reason =
    chosen === resolution.model.id
      ? wish
      : `${wish} and cannot serve this call; ${chosen} is next in its chain`;
  return { policy: isPinned ? 'pinned' : 'asked', plan: { steps: [{ candidates: fit }], reason } };
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

function nobody(
  engine: EngineContext,
  features: RequestFeatures,
  resolution: Resolution,
  out: readonly RuledOut[],
): ConclaveError {
  const { inputTokens } = features;
  const holds = ({ contextWindow = 0 }: Model) => contextWindow >= inputTokens;
  const wider = engine.catalogue
    .models()
    .find((model) => holds(model) && engine.deploymentsOf(model).length > 0);
  return noCandidate({
    asked: features.requestedModel,
    out,
    inputTokens,
    model: resolution.kind === 'model' ? resolution.model : undefined,
    wider: wider?.id,
    ceiling: ceilingOf(features, resolution),
  });
}

type Decided = {
  readonly out: readonly RuledOut[];
  readonly mostNamed: number;
  readonly features: RequestFeatures;
  readonly wishes: CallWishes | undefined;
};

function decisionOf(
  policy: string,
  { steps, reason, experiment }: Plan,
  { out, mostNamed, features, wishes }: Decided,
): Decision {
  const ranked: Ranked[] = [];
  for (const { candidates } of steps) {
    for (let at = 0; at < candidates.length && ranked.length < mostNamed; at++) {
      const candidate = candidates[at];
      if (candidate) ranked.push(shownCandidate(candidate, features));
    }
  }
  const decision: Writable<Decision> = {
    policy,
    reason,
    ranked,
    ruledOut: out.length <= mostNamed ? out : out.slice(0, mostNamed),
  };
  if (wishes) decision.wishes = wishes;
  if (features.needs.length > 0) decision.needs = features.needs;
  if (experiment) decision.experiment = experiment;
  if (out.length > mostNamed) decision.ruledOutMore = out.length - mostNamed;
  return decision;
}

/** With what it is expected to cost and, where the choice was open, to achieve. */
function shownCandidate({ model, deployment }: Candidate, features: RequestFeatures): Ranked {
  const { inputTokens, outputTokens, at, quality } = features;
  const chance = roundedChance(quality?.of(model));
  const promptShift = roundedChance(quality?.promptShift?.(model));
  const estimateNanoUsd = model.price && Math.round(roughCost(model.price, inputTokens, outputTokens, at));
  // In one piece where all of it is known: a dozen of these are made for every open choice.
  if (chance !== undefined && estimateNanoUsd !== undefined) {
    const known = { model: model.id, deployment: deployment.id, estimateNanoUsd, chance };
    return promptShift === undefined ? known : { ...known, promptShift };
  }
  return {
    model: model.id,
    deployment: deployment.id,
    ...(estimateNanoUsd !== undefined && { estimateNanoUsd }),
    ...(chance !== undefined && { chance }),
    ...(promptShift !== undefined && { promptShift }),
  };
}

function roundedChance(chance: number | undefined): number | undefined {
  return chance === undefined ? undefined : Math.round(chance * 1_000) / 1_000;
}

type Ranked = Decision['ranked'][number];
type Writable<T> = { -readonly [member in keyof T]: T[member] };
