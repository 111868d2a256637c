import { hash } from 'node:crypto';
import type { Call } from '../core/call.ts';
import { cluesOf, type ModelClassifier, type TaskGuess } from '../core/routing/classification.ts';
import type { Plan } from '../core/routing/plan.ts';
import { replyText } from '../core/wire/collected-reply.ts';
import { asConclaveError } from '../core/errors.ts';
import { callToRoute, type CallToRoute } from './routing/call-to-route.ts';
import { mayBeClassified } from './routing/classify-call.ts';
import { ask } from './ask.ts';
import { isVirtualName } from '../core/routing/virtual-model.ts';
import type { CallRecord, EngineContext } from './context.ts';
import { rememberLatest } from '../core/memories/remember-latest.ts';
import { routeCall } from './route.ts';

/** Tasks that small models assigned to prompts; the least recently used entry is dropped first. */
export type KnownTasks = Map<string, TaskGuess>;

const mostKnown = 5_000;

/**
 * Asks a small model what an open call is for, if the config enables that and the wording alone is not conclusive. This
 * is one short child call, whose answer is remembered. If it fails or takes too long, the guess from the wording stays,
 * with a warning.
 */
export function classifyByModel(
  engine: EngineContext,
  known: CallToRoute,
  record: CallRecord,
): CallToRoute | Promise<CallToRoute> {
  const { classifier } = engine;
  const { call, choice, classification } = known;
  if (!classifier || call.task !== undefined || choice.kind !== 'open' || !mayBeClassified(call))
    return known;
  if (classification?.task !== undefined && !classifier.always) return known;
  record.classification = classification;
  return askOrRemember(engine, known, { record, classifier });
}

type Asking = { readonly record: CallRecord; readonly classifier: ModelClassifier };

async function askOrRemember(
  engine: EngineContext,
  known: CallToRoute,
  asking: Asking,
): Promise<CallToRoute> {
  const { call, classification } = known;
  const key = keyOf(call);
  const said = engine.knownTasks.get(key) ?? (await askModel(engine, call, asking));
  if (!said) return known;
  rememberLatest(engine.knownTasks, key, said, mostKnown);
  if (!classification) return known;
  return { ...known, classification: { ...classification, ...said, confidence: 1 } };
}

async function askModel(
  engine: EngineContext,
  call: Call,
  { record, classifier }: Asking,
): Promise<TaskGuess | undefined> {
  const patience = AbortSignal.timeout(classifier.timeoutMs);
  try {
    const question = questionCall(engine, call, { record, classifier, patience });
    const { reply, outcome } = await ask(engine, question);
    const said = classifier.read(replyText(reply));
    if (!said)
      record.warnings.push(`${outcome.model} was asked to classify this call and named no known task`);
    return said;
  } catch (thrown) {
    if (record.deadline.signal.aborted) throw thrown;
    const why = patience.aborted
      ? `${classifier.model} took longer than ${classifier.timeoutMs} ms (routing.classifier.timeoutMs)`
      : asConclaveError(thrown).message;
    record.warnings.push(`this call was not classified: ${why}`);
    return undefined;
  }
}

/** Uses the caller's own key and data policy, but draws on no parent's reservation and counts against no rate limit. */
function questionCall(
  engine: EngineContext,
  call: Call,
  { record, classifier, patience }: Asking & { readonly patience: AbortSignal },
): Call {
  const { surface, principal, tags, traceId, tool } = call;
  const signal = AbortSignal.any([record.deadline.signal, patience]);
  const question: Call = {
    request: {
      model: classifier.model,
      stream: false,
      ...classifier.question(cluesOf(call.request, call.tool)),
    },
    surface,
    principal,
    tags,
    traceId,
    signal,
    limits: {},
    task: 'classification',
    policy: 'tiered',
    parentId: record.id,
    auxiliary: true,
    dispensable: true,
    onSettled: (outcome) => record.children.push(outcome),
    ...(tool && { tool }),
    ...(call.callerKeys && { callerKeys: call.callerKeys }),
  };
  const routing = routeCall(engine, callToRoute(engine, question));
  if (routing.kind === 'nobody') throw routing.error;
  const { plan: whole } = routing.route;
  const plan = isVirtualName(classifier.model) ? ofOneTier(whole) : whole;
  return { ...question, decided: { ...plan, reason: `classifies ${record.id}: ${plan.reason}` } };
}

/**
 * Classification is meant to save money: if the models of the first tier fail, do not fall back to more expensive ones.
 */
function ofOneTier(plan: Plan): Plan {
  const tier = plan.steps[0]?.candidates[0]?.model.tier;
  const steps = plan.steps.map(({ candidates, ...step }) => ({
    ...step,
    candidates: candidates.filter(({ model }) => model.tier === tier),
  }));
  return { ...plan, steps };
}

/** Includes the key id, so that nothing one key asks leaks to another, not even through response times. */
function keyOf({ principal, request, tool }: Call): string {
  const { prompt, ...rest } = cluesOf(request, tool);
  return `${principal.keyId} ${hash('sha256', `${JSON.stringify(rest)}\n${prompt}`, 'base64')}`;
}
