import type { AcceptanceVerdict, Flaw } from '../../core/routing/acceptance.ts';
import type { Reply } from '../../core/call.ts';
import { isCut, type CollectedReply } from '../../core/wire/collected-reply.ts';
import type { ConclaveError } from '../../core/errors.ts';
import type { Model } from '../../core/model.ts';
import type { PlanStep } from '../../core/routing/plan.ts';
import type { Candidate } from '../../core/provider.ts';
import type { CallRecord, Route } from '../context.ts';
import { inWords } from './final-answer.ts';
import type { ChildAnswer } from './step-call.ts';
import type { CascadeParts } from './cascade-parts.ts';
import type { DeploymentMemory } from '../deployments/deployment-memory.ts';
import type { Plugins } from '../parts.ts';

/** A step of a cascade, and what its call knows so far. */
export type Asking = {
  readonly route: Route;
  readonly record: CallRecord;
  readonly step: PlanStep;
  /** The answers that were judged, with the positions of their verdicts. */
  readonly leaders: ReadonlyMap<ChildAnswer, number>;
  /** Judged answers that are known to be unusable. */
  readonly failed: ReadonlySet<ChildAnswer>;
};

type Noted = {
  /** The answers of the step. */
  readonly samples: readonly ChildAnswer[];
  readonly verdict: AcceptanceVerdict;
  readonly leader: ChildAnswer;
};

/** Records a verdict. Returns its position among those of the call. */
export function noteVerdict({ record, step }: Asking, { samples, verdict, leader }: Noted): number {
  const { accepted, probability, rawProbability, evidence } = verdict;
  const places = record.verdicts.push({
    requestIds: samples.map(({ head }) => head.requestId),
    model: leader.model.id,
    accepted,
    probability,
    threshold: step.acceptance?.threshold ?? 0,
    ...(rawProbability !== undefined && { rawProbability }),
    because: evidence.map(({ signal, says }) => `${signal}: ${says}`),
  });
  return places - 1;
}

/** Records a rejection for a step in which every model failed. */
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

/** Records a verdict for a skipped step, so that verdicts and plan steps stay aligned. */
export function noteUnasked(record: CallRecord, { candidates }: PlanStep, because: string): void {
  record.verdicts.push({
    requestIds: [],
    model: candidates[0]?.model.id ?? '',
    accepted: false,
    because: [`not asked: ${because}`],
  });
}

/** Why a step has no candidate left to ask. */
export function whyNobody({ health }: Pick<DeploymentMemory, 'health'>, { candidates }: PlanStep): string {
  return candidates.every(({ deployment }) => !health.of(deployment).healthy)
    ? 'benched after failures, and a later step remains'
    : 'its models have already answered or failed in this call';
}

type LastAnswer = {
  readonly candidate: Candidate;
  readonly reply: Reply;
  readonly wanted: Model | undefined;
};

/**
 * Records the last step's answer, which is always taken; it counts as not accepted only if its model is of another tier
 * than planned.
 */
export function noteLast(record: CallRecord, { candidate: { model }, reply, wanted }: LastAnswer): number {
  const accepted = !wanted || model.tier === wanted.tier;
  const because = accepted
    ? 'the last step: no other model is left to ask'
    : `the last step: ${model.id} answers instead of ${wanted.id}, and its answer was not checked`;
  if (!accepted) record.warnings.push(because);
  const { requestId } = reply.head;
  return record.verdicts.push({ requestIds: [requestId], model: model.id, accepted, because: [because] }) - 1;
}

/** Records that the last answer is given although it is unusable or violates the request, with a warning. */
export function noteFlaw(
  { record }: Asking,
  { flaw, place }: { readonly flaw: Flaw; readonly place: number },
): void {
  const model = takeBack(record, { place, flaw });
  record.warnings.push(`${model} answers because no other model is left, but its answer ${inWords(flaw)}`);
}

/** Withdraws the acceptance of a verdict; returns the model that gave the answer. */
export function takeBack(
  { verdicts }: CallRecord,
  { place, flaw: { signal, says } }: { readonly place: number; readonly flaw: Flaw },
): string {
  const verdict = verdicts[place];
  if (!verdict) return '';
  verdicts[place] = { ...verdict, accepted: false, because: [...verdict.because, `${signal}: ${says}`] };
  return verdict.model;
}

/** Runs the caller's check on the last answer, which is given whatever the result, with a warning if it fails. */
export async function noteCheck(
  engine: Pick<Plugins, 'acceptance'>,
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
  record.warnings.push(
    `${verdict.model} answers because no other model is left, but its answer fails the check: ${says}`,
  );
}

/**
 * Records for each earlier answer whether it agrees with the one finally given: the router treats agreement as probably
 * right, and disagreement as wrong. A truncated answer is ignored: the limit was the caller's. Returns the answers that
 * agree.
 */
export function noteAgreement(
  engine: Pick<CascadeParts, 'acceptance' | 'ledger' | 'log' | 'now'>,
  { route, record, leaders }: Asking,
  { answers, final }: { readonly answers: readonly ChildAnswer[]; readonly final: CollectedReply },
): ChildAnswer[] {
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
 * Records the outcome of an accepted answer for its own model, by the same rule as for rejected answers: if only those
 * counted, a model would lose rating by being asked. It is right if another model gives the same answer, otherwise it
 * scores the probability with which it was accepted; prose records nothing, since rejected prose is not counted either.
 */
export function noteAccepted(
  engine: Pick<CascadeParts, 'acceptance' | 'ledger' | 'log' | 'now'>,
  { route }: Asking,
  { leader, probability, same }: Accepted,
): void {
  const isShared = same.some(({ model }) => model.id !== leader.model.id);
  if (!isShared && !engine.acceptance.mayDiffer(route.call.request, leader.reply)) return;
  keepOutcome(engine, leader, isShared ? 1 : probability);
}

type Accepted = {
  readonly leader: ChildAnswer;
  readonly probability: number;
  /** The answers that agree. */
  readonly same: readonly ChildAnswer[];
};

function keepOutcome(
  engine: Pick<CascadeParts, 'ledger' | 'log' | 'now'>,
  { head }: ChildAnswer,
  score: number,
): void {
  engine.ledger
    .addOutcome({ callId: head.requestId, at: engine.now(), kind: 'cascade', score, source: 'conclave' })
    .catch((error: unknown) => engine.log.warn({ error }, 'the outcome of a cascade was not stored'));
}
