import type { Call } from '../core/call.ts';
import type { Resolution } from '../core/catalogue.ts';
import type { DialectId } from '../core/content.ts';
import { ConclaveError } from '../core/errors.ts';
import type { Model } from '../core/model.ts';
import type { Decision, Plan, RequestFeatures } from '../core/plan.ts';
import type { Candidate, Deployment } from '../core/provider.ts';
import { classifyCall } from './classify-call.ts';
import type { EngineContext } from './engine.ts';
import { fallbackChain } from './fallback-chain.ts';
import { ruledOut } from './hard-filters.ts';
import { measureRequest } from './measure-request.ts';
import type { CallRecord } from './record.ts';
import { requestFeatures } from './request-features.ts';
import { codecsFor } from './wire-request.ts';

/** Where a call may go: the plan, and the features that it was made from. */
export type Route = {
  readonly call: Call;
  readonly features: RequestFeatures;
  readonly plan: Plan;
};

/** Most models that a stored decision names on either side; the rest are counted. */
const namedInDecision = 12;

/**
 * Resolves the model, applies the hard filters, and lets the policy rank what is left. The decision, with what ruled
 * each candidate out, goes into the record before anything can fail.
 */
export function routeCall(engine: EngineContext, call: Call, record: CallRecord): Route {
  const asked = engine.catalogue.resolve(call.request.model, call.raw?.dialect);
  const resolution = pinned(engine, call, asked) ?? asked;
  const size = (record.size ??= measureRequest(call.request));
  const models = candidateModels(engine, call, resolution);
  const open = resolution.kind === 'auto';
  if (open) record.classification = classifyCall(engine, call);
  const features = requestFeatures(call, resolution, {
    size,
    classification: record.classification,
    defaultOutputTokens: engine.settings.reserveOutputTokens,
    at: engine.now(),
    preferences: engine.settings.preferences,
    ...(open && { conversation: engine.conversations.of(call), considered: models }),
  });
  if (call.decided) {
    record.decision = decisionOf('step', call.decided.reason, call.decided.steps, []);
    return { call, features, plan: call.decided };
  }
  const { fit, out } = sift(engine, models, features, call);

  if (fit.length === 0) {
    record.decision = decisionOf('none', 'no candidate fits', [], out);
    throw noCandidate(engine, features, resolution, out);
  }
  const { policy, plan } = planFor(engine, { resolution, features, fit, isPinned: resolution !== asked });
  record.decision = decisionOf(policy, plan.reason, plan.steps, out);
  record.warnings.push(...routeWarnings(resolution, plan, out), ...(plan.warnings ?? []));
  if (open) void record.settled.then((outcome) => engine.conversations.remember(call, outcome));
  return { call, features, plan };
}

/** The one model that key or config want for every call that leaves the choice open. */
function pinned(engine: EngineContext, { principal }: Call, asked: Resolution): Resolution | undefined {
  const pin = principal.routing?.pin ?? engine.settings.preferences.pin;
  if (asked.kind !== 'auto' || asked.localOnly || pin === undefined) return undefined;
  const resolution = engine.catalogue.resolve(pin);
  return resolution.kind === 'model' ? { ...resolution, viaAlias: true } : undefined;
}

/** Vectors of different models cannot be compared: who asks for them names the model, and no other stands in for it. */
function candidateModels(engine: EngineContext, { request }: Call, resolution: Resolution): readonly Model[] {
  if (!request.embedding) {
    return resolution.kind === 'auto' ? engine.catalogue.models() : fallbackChain(engine, resolution);
  }
  if (resolution.kind === 'model') return [resolution.model];
  throw new ConclaveError(
    'invalid_request',
    `"${request.model}" cannot choose a model for embeddings, whose vectors only compare with their own; name one.`,
    { param: 'model' },
  );
}

type RuledOut = Decision['ruledOut'][number];

function sift(engine: EngineContext, models: readonly Model[], features: RequestFeatures, call: Call) {
  const fit: Candidate[] = [];
  const out: RuledOut[] = [];
  const codecs = codecsFor(engine, call.request);
  const speaks = (dialect: DialectId) => codecs.has(dialect);
  const sieve = { features, principal: call.principal, speaks };
  for (const model of models) {
    const deployments = engine.deploymentsOf(model);
    if (deployments.length === 0) {
      out.push({ model: model.id, rule: 'unconfigured', reason: 'no provider of it is configured' });
    }
    for (const deployment of deployments) {
      const candidate = candidateAt(model, deployment);
      const exclusion = ruledOut(candidate, sieve);
      if (exclusion) out.push({ model: model.id, ...exclusion });
      else fit.push(candidate);
    }
  }
  return { fit, out };
}

/** From here on the model costs what the place charges. */
function candidateAt(model: Model, deployment: Deployment): Candidate {
  return { model: deployment.price ? { ...model, price: deployment.price } : model, deployment };
}

type Choice = {
  readonly resolution: Resolution;
  readonly features: RequestFeatures;
  readonly fit: readonly Candidate[];
  readonly isPinned: boolean;
};

function planFor(
  engine: EngineContext,
  { resolution, features, fit, isPinned }: Choice,
): { readonly policy: string; readonly plan: Plan } {
  if (resolution.kind === 'auto') {
    const policy = engine.policyFor(features);
    return { policy: policy.name, plan: policy.plan(features, fit, engine.stats) };
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

function decisionOf(
  policy: string,
  reason: string,
  steps: Plan['steps'],
  out: readonly RuledOut[],
): Decision {
  const ranked = steps.flatMap(({ candidates }) =>
    candidates.map(({ model, deployment }) => ({ model: model.id, deployment: deployment.id })),
  );
  const rest = out.length - namedInDecision;
  return {
    policy,
    reason,
    ranked: ranked.slice(0, namedInDecision),
    ruledOut: out.slice(0, namedInDecision),
    ...(rest > 0 && { ruledOutMore: rest }),
  };
}

function noCandidate(
  engine: EngineContext,
  features: RequestFeatures,
  resolution: Resolution,
  out: readonly RuledOut[],
): ConclaveError {
  const asked = features.requestedModel;
  const first = out[0];
  if (!first)
    return new ConclaveError(
      'no_candidate',
      `No configured provider has a model for "${asked}"; add a provider or a key.`,
    );
  const window = resolution.kind === 'model' ? resolution.model.contextWindow : undefined;
  if (window !== undefined && features.inputTokens > window) {
    const wider = engine.catalogue
      .models()
      .find(
        (model) =>
          (model.contextWindow ?? 0) >= features.inputTokens && engine.deploymentsOf(model).length > 0,
      );
    return new ConclaveError(
      'context_too_long',
      `${asked} takes ${window} tokens, this needs about ${features.inputTokens}; ${wider ? `try ${wider.id}` : 'shorten the prompt'}.`,
      { param: 'messages' },
    );
  }
  const reasons = out.slice(0, 5).map(({ model, reason }) => `${model}: ${reason}`);
  const more = out.length > 5 ? ` (and ${out.length - 5} more)` : '';
  const forbidden = out.every(({ rule }) => rule === 'key');
  return new ConclaveError(
    forbidden ? 'permission' : 'no_candidate',
    `No model can serve "${asked}": ${reasons.join('; ')}${more}.`,
    { param: 'model' },
  );
}
