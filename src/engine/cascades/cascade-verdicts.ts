import type { AcceptanceVerdict, Flaw } from '../../core/routing/acceptance.ts';
import type { Reply } from '../../core/call.ts';
import { isCut, type CollectedReply } from '../../core/wire/collected-reply.ts';
import type { ConclaveError } from '../../core/errors.ts';
import type { Model } from '../../core/model.ts';
import type { PlanStep } from '../../core/routing/plan.ts';
import type { Candidate } from '../../core/provider.ts';
import type { CallRecord, EngineContext, Route } from '../context.ts';
import type { Given } from './step-call.ts';

/** A step of a cascade, and what its call knows so far. */
export type Asking = {
  readonly route: Route;
  readonly record: CallRecord;
  readonly step: PlanStep;
  /** The answers that were looked at, with the places of their verdicts. */
  readonly leaders: ReadonlyMap<Given, number>;
  /** Those of them that are known to be no answer. */
  readonly failed: ReadonlySet<Given>;
};

type Noted = {
  readonly given: readonly Given[];
  readonly verdict: AcceptanceVerdict;
  readonly leader: Given;
};

/** Returns the place of the verdict among those of the call. */
export function noteVerdict({ record, step }: Asking, { given, verdict, leader }: Noted): number {
  const { accepted, probability, rawProbability, evidence } = verdict;
  const places = record.verdicts.push({
    requestIds: given.map(({ head }) => head.requestId),
    model: leader.model.id,
    accepted,
    probability,
    threshold: step.acceptance?.threshold ?? 0,
    ...(rawProbability !== undefined && { rawProbability }),
    because: evidence.map(({ signal, says }) => `${signal}: ${says}`),
  });
  return places - 1;
}

/** Nobody of a step has answered. */
export function noteFailures(
  record: CallRecord,
  { candidates }: PlanStep,
  failures: readonly ConclaveError[],
): void {
  record.verdicts.push({
    requestIds: failures.flatMap(({ details }) => details.requestId ?? []),
    model: candidates[0]?.model.id ?? '',
    accepted: false,
    because: failures.map(({ message }) => message),
  });
}

/** Nobody of a step is asked: a verdict for each step keeps theirs in step with the plan's. */
export function noteUnasked(record: CallRecord, { candidates }: PlanStep, because: string): void {
  record.verdicts.push({
    requestIds: [],
    model: candidates[0]?.model.id ?? '',
    accepted: false,
    because: [`not asked: ${because}`],
  });
}

/** Why nobody of a step is left to ask. */
export function whyNobody({ health }: EngineContext, { candidates }: PlanStep): string {
  return candidates.every(({ deployment }) => !health.of(deployment).healthy)
    ? 'benched after failures, and a further step is left'
    : 'whoever it names has answered or failed in this call already';
}

type LastAnswer = {
  readonly candidate: Candidate;
  readonly reply: Reply;
  readonly wanted: Model | undefined;
};

/** Any answer of the last step is taken; only that of another tier than it was to be is not called accepted. */
export function noteLast(record: CallRecord, { candidate: { model }, reply, wanted }: LastAnswer): number {
  const accepted = !wanted || model.tier === wanted.tier;
  const because = accepted
    ? 'the last step: nobody else is left to ask'
    : `the last step: ${model.id} answers instead of ${wanted.id}, and nobody looked at what it says`;
  if (!accepted) record.warnings.push(because);
  const { requestId } = reply.head;
  return record.verdicts.push({ requestIds: [requestId], model: model.id, accepted, because: [because] }) - 1;
}

/** The last answer is given though it is none, or breaks what the request demands, but not without a word. */
export function noteFlaw(
  { record }: Asking,
  { flaw, place }: { readonly flaw: Flaw; readonly place: number },
): void {
  const model = takeBack(record, { place, flaw });
  record.warnings.push(`${model} answers as the last that was left, and ${inWords(flaw)}`);
}

/** Takes the acceptance of a verdict back; returns whose answer it is of. */
export function takeBack(
  { verdicts }: CallRecord,
  { place, flaw: { signal, says } }: { readonly place: number; readonly flaw: Flaw },
): string {
  const verdict = verdicts[place];
  if (!verdict) return '';
  verdicts[place] = { ...verdict, accepted: false, because: [...verdict.because, `${signal}: ${says}`] };
  return verdict.model;
}

/** To follow the name of an answer. */
export function inWords({ signal, says }: Flaw): string {
  if (signal === 'schema') return `breaks the schema: ${says}`;
  return signal === 'length' ? `is not whole: ${says}` : `is none: ${says}`;
}

/** The last answer is given whatever the caller's check says of it, but not without a word. */
export async function noteCheck(
  engine: EngineContext,
  { route, record }: Asking,
  { final, place }: { readonly final: CollectedReply; readonly place: number },
): Promise<void> {
  const { check } = route.call;
  const verdict = record.verdicts[place];
  if (!check || !verdict) return;
  const { passed, says } = await engine.acceptance.check(check, final, record.deadline.signal);
  record.checkPassed = passed;
  record.verdicts[place] = { ...verdict, accepted: passed, because: [...verdict.because, `check: ${says}`] };
  if (passed) return;
  record.warnings.push(`${verdict.model} answers as the last that was left, and the check fails: ${says}`);
}

/**
 * Whoever says what was given in the end was probably right, and whoever says otherwise was not: the router learns from it.
 * What was cut off says nothing: the limit is the caller's. Returns who said the same.
 */
export function noteAgreement(
  engine: EngineContext,
  { route, record, leaders }: Asking,
  { answers, final }: { readonly answers: readonly Given[]; readonly final: CollectedReply },
): Given[] {
  return answers.filter((answer) => {
    if (isCut(answer.reply)) return false;
    const agrees = engine.acceptance.agree(route.call.request, answer.reply, final);
    if (agrees === undefined) return false;
    const place = leaders.get(answer) ?? -1;
    const verdict = record.verdicts[place];
    if (verdict) record.verdicts[place] = { ...verdict, agrees };
    keepOutcome(engine, answer, agrees ? 1 : 0);
    return agrees;
  });
}

/**
 * What an accepted answer says of its own model, by the rule for those that are rejected: were they alone counted, a model
 * would sink by being asked. Right where another model says the same, else with the chance by which it was accepted; of
 * prose, of which the rejected are not counted either, nothing.
 */
export function noteAccepted(
  engine: EngineContext,
  { route }: Asking,
  { leader, probability, same }: Accepted,
): void {
  const isShared = same.some(({ model }) => model.id !== leader.model.id);
  if (!isShared && !engine.acceptance.mayDiffer(route.call.request, leader.reply)) return;
  keepOutcome(engine, leader, isShared ? 1 : probability);
}

type Accepted = {
  readonly leader: Given;
  readonly probability: number;
  /** Who said the same. */
  readonly same: readonly Given[];
};

function keepOutcome(engine: EngineContext, { head }: Given, score: number): void {
  engine.ledger
    .addOutcome({ callId: head.requestId, at: engine.now(), kind: 'cascade', score, source: 'conclave' })
    .catch((error: unknown) => engine.log.warn({ error }, 'what a cascade made of an answer was not kept'));
}
