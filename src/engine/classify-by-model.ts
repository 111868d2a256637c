import { hash } from 'node:crypto';
import type { Call } from '../core/call.ts';
import { cluesOf, type ModelClassifier, type TaskGuess } from '../core/routing/request/classification.ts';
import type { Plan } from '../core/routing/plan/plan.ts';
import { dollarText, nanoFromUsd, usdFromNano, type NanoUsd } from '../core/units.ts';
import { replyText } from '../core/wire/collected-reply.ts';
import { asConclaveError } from '../core/errors.ts';
import type { ResolvedCall } from './routing/choice/resolve-call.ts';
import { mayBeClassified } from './routing/choice/classify-call.ts';
import { dataBounds } from './routing/data/data-bounds.ts';
import { ask } from './ask.ts';
import { isVirtualName } from '../core/routing/preferences/virtual-model.ts';
import type { EngineContext } from './engine-context.ts';
import type { CallRecord } from './row/call-record.ts';
import { rememberLatest } from '../core/memories/remember-latest.ts';
import { amountOf } from './money/amount-of.ts';
import { wouldRoute } from './routing/would-route.ts';
import { routeBySize } from './routing/route-by-size.ts';

const maxKnown = 5_000;

/**
 * Asks a small model what an open call is for, if the config enables that and the wording alone is not conclusive. This
 * is one short child call, whose answer is remembered. If it fails, takes too long or does not fit below the
 * call's ceiling, the guess from the wording stays, with a warning.
 */
export function classifyByModel(
  engine: EngineContext,
  resolved: ResolvedCall,
  record: CallRecord,
): ResolvedCall | Promise<ResolvedCall> {
  const { classifier } = engine;
  const { call, choice, classification } = resolved;
  if (!classifier || call.task !== undefined || choice.kind !== 'open' || !mayBeClassified(call))
    return resolved;
  if (classification?.task !== undefined && !classifier.always) return resolved;
  record.classification = classification;
  return askOrRemember(engine, resolved, { record, classifier });
}

type Asking = { readonly record: CallRecord; readonly classifier: ModelClassifier };

async function askOrRemember(
  engine: EngineContext,
  resolved: ResolvedCall,
  asking: Asking,
): Promise<ResolvedCall> {
  const key = keyOf(resolved.call);
  const remembered = engine.knownTasks.get(key);
  const { guess, rest } = remembered
    ? { guess: remembered, rest: resolved }
    : await askModel(engine, resolved, asking);
  if (!guess) return rest;
  rememberLatest(engine.knownTasks, key, guess, maxKnown);
  const { classification } = rest;
  if (guess === 'none' || !classification) return rest;
  return { ...rest, classification: { ...classification, ...guess, confidence: 1 } };
}

/**
 * What the model answered (`none`: no known task), absent if it did not answer, and the call with what the question
 * leaves of its ceiling.
 */
type Asked = { readonly guess?: TaskGuess | 'none'; readonly rest: ResolvedCall };

async function askModel(
  engine: EngineContext,
  resolved: ResolvedCall,
  { record, classifier }: Asking,
): Promise<Asked> {
  const patience = AbortSignal.timeout(classifier.timeoutMs);
  let rest = resolved;
  try {
    const { question, most } = await questionCall(engine, resolved, { record, classifier, patience });
    const affordable = await withoutCost(engine, resolved, most);
    if (!affordable) {
      record.warnings.push(
        `this call was not classified: with it the call may cost more than its ceiling of ${dollarText(nanoFromUsd(resolved.call.limits.maxCostUsd ?? 0))}`,
      );
      return { rest };
    }
    rest = affordable;
    const { reply, receipt } = await ask(engine, question);
    const guess = classifier.read(replyText(reply));
    if (!guess)
      record.warnings.push(`${receipt.model} was asked to classify this call and named no known task`);
    return { guess: guess ?? 'none', rest };
  } catch (thrown) {
    if (record.deadline.signal.aborted) throw thrown;
    const why = patience.aborted
      ? `${classifier.model} took longer than ${classifier.timeoutMs} ms (routing.classifier.timeoutMs)`
      : asConclaveError(thrown).message;
    record.warnings.push(`this call was not classified: ${why}`);
    return { rest };
  }
}

/**
 * Returns the call with a ceiling lowered by the most that a question about it may cost; `undefined` if no model would
 * be left below that.
 */
async function withoutCost(
  engine: EngineContext,
  resolved: ResolvedCall,
  most: NanoUsd,
): Promise<ResolvedCall | undefined> {
  const { call } = resolved;
  const { maxCostUsd } = call.limits;
  if (maxCostUsd === undefined || most === 0n) return resolved;
  const left = nanoFromUsd(maxCostUsd) - most;
  if (left < 0n) return undefined;
  const limits = { ...call.limits, maxCostUsd: usdFromNano(left) };
  const lowered = { ...resolved, call: { ...call, limits } };
  return (await routeBySize(engine, lowered)).kind === 'found' ? lowered : undefined;
}

/**
 * Uses the caller's own key, data policy and choice of providers, but draws on no parent's reservation and counts against
 * no rate limit. `most` is the upper bound of its cost.
 */
async function questionCall(
  engine: EngineContext,
  { call, choice }: ResolvedCall,
  { record, classifier, patience }: Asking & { readonly patience: AbortSignal },
): Promise<{ readonly question: Call; readonly most: NanoUsd }> {
  const { surface, principal, tags, traceId, tool } = call;
  const providerPreferences = dataBounds(engine, call, choice);
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
    parent: { id: record.id },
    onSettled: (receipt) => record.children.push(receipt),
    ...(tool && { tool }),
    ...(call.callerKeys && { callerKeys: call.callerKeys }),
    ...(providerPreferences && { providerPreferences }),
  };
  const { route } = await wouldRoute(engine, question);
  const { plan: whole } = route;
  const plan = isVirtualName(classifier.model) ? ofOneTier(whole) : whole;
  const step = { plan: { ...plan, reason: `classifies ${record.id}: ${plan.reason}` }, isOptional: true };
  return {
    question: { ...question, parent: { id: record.id, step } },
    most: amountOf({ ...route, plan }),
  };
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
