import type { AcceptanceVerdict, Evidence } from '../../core/acceptance.ts';
import type { Reply } from '../../core/call.ts';
import type { CollectedReply } from '../../core/collected-reply.ts';
import { asConclaveError, ConclaveError } from '../../core/errors.ts';
import { leavesNoChoice } from '../../core/leaves-no-choice.ts';
import type { Model } from '../../core/model.ts';
import type { PlanStep } from '../../core/plan.ts';
import type { Candidate } from '../../core/provider.ts';
import type { EngineContext } from '../engine.ts';
import type { CallRecord } from '../record.ts';
import type { Route } from '../route.ts';
import type { StartedAttempt } from '../attempts/start-attempt.ts';
import {
  answering,
  readWhole,
  startedStream,
  startedWhole,
  stepCall,
  stepRow,
  type Given,
} from './step-call.ts';

/**
 * Asks step by step until an answer is accepted, which is then given as if it came alone; the last step's answer goes
 * out as it comes. Each question is a call of its own below this one, paid from its reservation. Whose answer was
 * rejected is not asked again. Where the last step fails, the best of the answers that were merely not good enough is
 * given, with a warning.
 * @throws ConclaveError of the last step, where there is no such answer.
 */
export async function runCascade(
  engine: EngineContext,
  route: Route,
  record: CallRecord,
): Promise<StartedAttempt> {
  const answers: Given[] = [];
  const leaders = new Map<Given, number>();
  const failed = new Set<Given>();
  let best: { readonly given: Given; readonly probability: number } | undefined;
  for (const [at, planned] of route.plan.steps.entries()) {
    const step = withoutRejected(planned, answers);
    const asking = { route, record, step, leaders, failed };
    if (!planned.acceptance) {
      const wanted = planned.candidates[0]?.model;
      return askLast(engine, asking, { answers, instead: best?.given, wanted });
    }
    if (step.candidates.length === 0) continue;
    if (isOfNoUse(engine, asking, answers)) continue;
    const given = await askStep(engine, asking, at);
    answers.push(...given);
    if (given.length === 0) continue;
    const verdict = await judged(engine, asking, answers);
    const leader = answers[verdict.leader];
    if (!leader) continue;
    leaders.set(leader, noteVerdict(asking, { given, verdict, leader }));
    if (isVetoed(verdict)) failed.add(leader);
    if (verdict.accepted) {
      if (route.call.check) record.checkPassed = true;
      noteAgreement(engine, asking, {
        answers: answers.filter((one) => one !== leader),
        final: leader.reply,
      });
      return giveWhole(engine, record, leader);
    }
    if (verdict.probability > (best?.probability ?? 0))
      best = { given: leader, probability: verdict.probability };
  }
  throw new ConclaveError(
    'internal',
    'The last step of a cascade takes any answer; this one has no such step.',
  );
}

/** Whoever is asked the same again says the same, and is paid again. */
function withoutRejected(step: PlanStep, answers: readonly Given[]): PlanStep {
  const rejected = new Set(answers.map(({ model }) => model.id));
  return { ...step, candidates: step.candidates.filter(({ model }) => !rejected.has(model.id)) };
}

type Asking = {
  readonly route: Route;
  readonly record: CallRecord;
  readonly step: PlanStep;
  /** The answers that were looked at, with the places of their verdicts. */
  readonly leaders: ReadonlyMap<Given, number>;
  /** Those of them that are known to be no answer. */
  readonly failed: ReadonlySet<Given>;
};

/**
 * A further cheap model is a second opinion: where those so far are sound and none that it could share, and its own alone
 * would not do, it is not asked. A check or a judge may find for it all the same.
 */
function isOfNoUse(
  { acceptance }: EngineContext,
  { route, step, failed }: Asking,
  answers: readonly Given[],
): boolean {
  const { call, features } = route;
  const [first] = step.candidates;
  const { threshold, judge } = step.acceptance ?? {};
  if (answers.length === 0 || call.check || judge || first === undefined || threshold === undefined)
    return false;
  const isOpen = (one: Given) => failed.has(one) || acceptance.mayAgree(call.request, one.reply);
  return !answers.some(isOpen) && acceptance.alone(features, first.model) < threshold;
}

/** All samples of a step at once. One that fails gives nothing; where all do, the next step is asked. */
async function askStep(engine: EngineContext, { route, record, step }: Asking, at: number): Promise<Given[]> {
  const failures: ConclaveError[] = [];
  const length = leavesNoChoice(route.call.request) ? 1 : (step.acceptance?.samples ?? 1);
  const samples = Array.from({ length }, async (): Promise<Given[]> => {
    try {
      const reply = await engine.run(stepCall(record, route, step, false));
      const whole = await readWhole(record, reply);
      const candidate = answering(step, reply.head);
      const row = stepRow(engine, candidate, reply.head);
      record.attempts.push(row);
      return [{ ...whole, model: candidate.model, step: at, head: reply.head, candidate, row }];
    } catch (thrown) {
      if (record.deadline.signal.aborted) throw thrown;
      failures.push(asConclaveError(thrown));
      return [];
    }
  });
  const given = (await Promise.all(samples)).flat();
  if (given.length === 0) {
    record.verdicts.push({
      requestIds: failures.flatMap(({ details }) => details.requestId ?? []),
      model: step.candidates[0]?.model.id ?? '',
      accepted: false,
      because: failures.map(({ message }) => message),
    });
  }
  return given;
}

/** What the signals say. The caller's check and a judge take time: they are asked where nothing speaks against it yet. */
async function judged(
  engine: EngineContext,
  asking: Asking,
  answers: readonly Given[],
): Promise<AcceptanceVerdict> {
  const { acceptance } = engine;
  const { route, record, step, failed } = asking;
  const { call, features } = route;
  const threshold = step.acceptance?.threshold ?? 0;
  const question = { request: call.request, features, answers, failed, threshold };
  const seen = acceptance.weigh(question);
  const leader = answers[seen.leader];
  if (!leader || isVetoed(seen)) return seen;
  const checked = call.check && (await acceptance.check(call.check, leader.reply, record.deadline.signal));
  const verdict = checked ? acceptance.weigh({ ...question, checked }) : seen;
  if (verdict.accepted || isVetoed(verdict) || !step.acceptance?.judge) return verdict;
  const judgement = await askJudge(
    engine,
    { ...asking, step: { candidates: step.acceptance.judge } },
    leader.reply,
  );
  if (judgement === 'nobody') return verdict;
  if (judgement === undefined) return { ...verdict, evidence: [...verdict.evidence, noScore] };
  return acceptance.weigh({ ...question, checked, judged: judgement });
}

function isVetoed({ evidence }: AcceptanceVerdict): boolean {
  return evidence.some(({ veto }) => veto);
}

/** It was paid for, so it is told. */
const noScore: Evidence = { signal: 'judge', says: 'gave no score that can be read', logOdds: 0 };

/** A judge that fails has no opinion. */
async function askJudge(
  engine: EngineContext,
  { route, record, step }: Asking,
  answer: CollectedReply,
): Promise<number | 'nobody' | undefined> {
  const { wording: _wording, ...call } = stepCall(record, route, step, false);
  const { model, stream } = call.request;
  const request = { model, stream, ...engine.acceptance.judgeRequest(route.call.request, answer) };
  try {
    const whole = await readWhole(record, await engine.run({ ...call, request }));
    return engine.acceptance.readJudgement(whole.reply);
  } catch (thrown) {
    if (record.deadline.signal.aborted) throw thrown;
    record.warnings.push(`nobody judged the answer: ${asConclaveError(thrown).message}`);
    return 'nobody';
  }
}

type Fallback = {
  readonly answers: readonly Given[];
  readonly instead: Given | undefined;
  /** Whom the last step was to ask. */
  readonly wanted: Model | undefined;
};

async function askLast(
  engine: EngineContext,
  asking: Asking,
  { answers, instead, wanted }: Fallback,
): Promise<StartedAttempt> {
  const { route, record, step } = asking;
  if (step.candidates.length === 0) {
    if (route.call.check) record.checkPassed = false;
    return giveRejected(engine, record, { instead, answers });
  }
  try {
    const { stream } = route.call.request;
    const reply = await engine.run(stepCall(record, route, step, stream));
    const candidate = answering(step, reply.head);
    const place = noteLast(record, { candidate, reply, wanted });
    record.given = reply.head.requestId;
    const hear = async (final: CollectedReply): Promise<void> => {
      noteAgreement(engine, asking, { answers, final });
      await noteCheck(engine, asking, { final, place });
    };
    // What a check says of a whole answer can still stand in its head.
    if (!stream && route.call.check) {
      const { head } = reply;
      const whole = await readWhole(record, reply);
      await hear(whole.reply);
      return startedWhole(engine, { ...whole, head, candidate });
    }
    void reply.settled.then((outcome) => record.children.push(outcome));
    return startedStream(engine, { candidate, reply }, hear);
  } catch (thrown) {
    const error = asConclaveError(thrown);
    if (!instead || record.deadline.signal.aborted) throw error;
    const { requestId } = error.details;
    record.verdicts.push({
      requestIds: requestId === undefined ? [] : [requestId],
      model: step.candidates[0]?.model.id ?? '',
      accepted: false,
      because: [error.message],
    });
    record.warnings.push(
      `${instead.model.id} answers although that was not good enough, because the last step failed: ${error.message}`,
    );
    return giveWhole(engine, record, instead);
  }
}

type LastAnswer = {
  readonly candidate: Candidate;
  readonly reply: Reply;
  readonly wanted: Model | undefined;
};

/** Any answer of the last step is taken; only that of another tier than it was to be is not called accepted. */
function noteLast(record: CallRecord, { candidate: { model }, reply, wanted }: LastAnswer): number {
  const accepted = !wanted || model.tier === wanted.tier;
  const because = accepted
    ? 'the last step: any answer is taken'
    : `the last step: ${model.id} answers instead of ${wanted.id}, and nobody looked at what it says`;
  if (!accepted) record.warnings.push(because);
  const { requestId } = reply.head;
  return record.verdicts.push({ requestIds: [requestId], model: model.id, accepted, because: [because] }) - 1;
}

/** All who could be asked have answered: the best of it is given, what was refused or broken only where nothing else is. */
function giveRejected(
  engine: EngineContext,
  record: CallRecord,
  { instead, answers }: Pick<Fallback, 'instead' | 'answers'>,
): StartedAttempt {
  const given = instead ?? answers.at(-1);
  if (!given) throw new ConclaveError('internal', 'The last step of a cascade has no candidates.');
  record.warnings.push(
    `${given.model.id} answers although that was not good enough, because nobody else is left to ask`,
  );
  return giveWhole(engine, record, given);
}

/** The last answer is given whatever the caller's check says of it, but not without a word. */
async function noteCheck(
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

/** The answer given closes its attempt when it has gone out. */
function giveWhole(engine: EngineContext, record: CallRecord, given: Given): StartedAttempt {
  record.attempts.splice(record.attempts.indexOf(given.row), 1);
  record.given = given.head.requestId;
  return startedWhole(engine, given);
}

type Noted = {
  readonly given: readonly Given[];
  readonly verdict: AcceptanceVerdict;
  readonly leader: Given;
};

/** Returns the place of the verdict among those of the call. */
function noteVerdict({ record, step }: Asking, { given, verdict, leader }: Noted): number {
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

/** Whoever says what was given in the end was probably right, and whoever says otherwise was not: the router learns from it. */
function noteAgreement(
  engine: EngineContext,
  { route, record, leaders }: Asking,
  { answers, final }: { readonly answers: readonly Given[]; readonly final: CollectedReply },
): void {
  for (const answer of answers) {
    const { head, reply } = answer;
    const agrees = engine.acceptance.agree(route.call.request, reply, final);
    if (agrees === undefined) continue;
    const place = leaders.get(answer) ?? -1;
    const verdict = record.verdicts[place];
    if (verdict) record.verdicts[place] = { ...verdict, agrees };
    const score = agrees ? 1 : 0;
    engine.ledger
      .addOutcome({ callId: head.requestId, at: engine.now(), kind: 'cascade', score, source: 'conclave' })
      .catch((error: unknown) => engine.log.warn({ error }, 'what a cascade made of an answer was not kept'));
  }
}
