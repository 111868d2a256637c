import type { Flaw } from '../../core/routing/acceptance.ts';
import type { CollectedReply } from '../../core/wire/collected-reply.ts';
import { asConclaveError, ConclaveError } from '../../core/errors.ts';
import { leavesNoChoice } from '../../core/routing/leaves-no-choice.ts';
import type { Model } from '../../core/model.ts';
import type { PlanStep } from '../../core/routing/plan.ts';
import type { ModelRequest } from '../../core/wire/request.ts';
import type { Candidate } from '../../core/provider.ts';
import type { ReplyHead } from '../../core/call.ts';
import type { CallRecord, EngineContext, Route } from '../context.ts';
import type { StartedAttempt } from '../attempts/start-attempt.ts';
import { warnOnce } from '../attempts/warn-once.ts';
import {
  inWords,
  noteAccepted,
  noteAgreement,
  noteCheck,
  noteFailures,
  noteFlaw,
  noteLast,
  noteUnasked,
  noteVerdict,
  takeBack,
  whyNobody,
  type Asking,
} from './cascade-verdicts.ts';
import { isVetoed, judgeAnswer } from './judge-answer.ts';
import { isReadAtOnce, holdBackAnswer } from './hold-back-answer.ts';
import {
  answering,
  partsOf,
  readWhole,
  startedStream,
  startedWhole,
  stepCall,
  stepRow,
  type Given,
} from './step-call.ts';

/**
 * Runs step by step until an answer is accepted, which is then given as if it were the only one. Each question is a
 * child call, paid from this call's reservation. A model whose answer was rejected is not asked again. If the last step
 * fails, or its answer is unusable, the best of the rejected but usable answers is given, with a warning; parts of a
 * stream that were already passed on cannot be taken back.
 * @throws ConclaveError of the last step, if there is no such answer.
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
    const step = { ...planned, candidates: stillToAsk(engine, planned, { answers, record }) };
    const asking = { route, record, step, leaders, failed };
    if (!planned.acceptance) {
      const wanted = planned.candidates[0]?.model;
      return askLast(engine, asking, { answers, instead: best?.given, wanted });
    }
    if (step.candidates.length === 0) {
      noteUnasked(record, planned, whyNobody(engine, planned));
      continue;
    }
    if (isOfNoUse(engine, asking, answers)) {
      noteUnasked(record, planned, 'none of its answers could make the earlier answers good enough');
      continue;
    }
    const given = await askStep(engine, asking, at);
    answers.push(...given);
    if (given.length === 0) continue;
    const verdict = await judgeAnswer(engine, asking, answers);
    const leader = answers[verdict.leader];
    if (!leader) continue;
    leaders.set(leader, noteVerdict(asking, { given, verdict, leader }));
    if (isVetoed(verdict)) failed.add(leader);
    if (verdict.accepted) {
      if (route.call.check) record.checkPassed = true;
      const others = answers.filter((one) => one !== leader);
      const same = noteAgreement(engine, asking, { answers: others, final: leader.reply });
      noteAccepted(engine, asking, { leader, probability: verdict.probability, same });
      return giveWhole(engine, record, leader);
    }
    if (verdict.probability > (best?.probability ?? 0))
      best = { given: leader, probability: verdict.probability };
  }
  throw new ConclaveError(
    'internal',
    'The last step of a cascade asks whatever its answer will be worth; this one has no such step.',
  );
}

/**
 * Skips models that have already answered, since they would repeat themselves and be paid again. In optional steps,
 * also skips models that failed in this call or are benched: the next step answers sooner.
 */
function stillToAsk(
  { health }: EngineContext,
  { candidates, acceptance }: PlanStep,
  { answers, record }: { readonly answers: readonly Given[]; readonly record: CallRecord },
): Candidate[] {
  const failed = acceptance ? record.children.flatMap(({ failedModels = [] }) => failedModels) : [];
  const out = new Set([...answers.map(({ model }) => model.id), ...failed]);
  return candidates.filter(
    ({ model, deployment }) => !out.has(model.id) && (!acceptance || health.of(deployment).healthy),
  );
}

/**
 * A further cheap model gives a second opinion. It is not asked if the answers so far are sound and cannot agree with
 * another, and if its own answer alone would not reach the threshold. A check or a judge may still accept its answer,
 * so with either it is asked.
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

/** Asks all samples of a step at once. A failed sample gives nothing; if all fail, the next step is asked. */
async function askStep(engine: EngineContext, { route, record, step }: Asking, at: number): Promise<Given[]> {
  const failures: ConclaveError[] = [];
  const length = leavesNoChoice(route.call.request) ? 1 : (step.acceptance?.samples ?? 1);
  const samples = Array.from({ length }, async (): Promise<Given[]> => {
    try {
      const reply = await engine.run({ ...stepCall(record, route, step, false), dispensable: true });
      const whole = await readWhole(reply);
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
  if (given.length === 0) noteFailures(record, step, failures);
  return given;
}

type Fallback = {
  readonly answers: readonly Given[];
  readonly instead: Given | undefined;
  /** The model that the last step was to ask first. */
  readonly wanted: Model | undefined;
};

async function askLast(engine: EngineContext, asking: Asking, fallback: Fallback): Promise<StartedAttempt> {
  const { route, record, step } = asking;
  const { answers, instead } = fallback;
  if (step.candidates.length === 0) {
    if (route.call.check) record.checkPassed = false;
    return giveRejected(engine, record, { instead, answers });
  }
  try {
    return await giveLast(engine, asking, fallback);
  } catch (thrown) {
    const error = asConclaveError(thrown);
    if (!instead || record.deadline.signal.aborted) throw error;
    noteFailures(record, step, [error]);
    record.warnings.push(
      `${instead.model.id} answers although its answer was not good enough, because the last step failed: ${error.message}`,
    );
    return giveWhole(engine, record, instead);
  }
}

async function giveLast(
  engine: EngineContext,
  asking: Asking,
  { answers, instead, wanted }: Fallback,
): Promise<StartedAttempt> {
  const { route, record, step } = asking;
  const { request, check, limits } = route.call;
  const reply = await engine.run(stepCall(record, route, step, request.stream));
  const { head } = reply;
  const candidate = answering(step, head);
  // `maxLatencyMs` of a stream limits the wait for its first content, and a held-back answer would have none in time.
  const mayWait = !request.stream || limits.maxLatencyMs === undefined;
  const mayBeReplaced = instead !== undefined && !check && mayWait;
  // Warnings about an unstreamed answer can still go into its head.
  const isHeld = mayBeReplaced || !request.stream;
  const read = isHeld ? await holdBackAnswer(reply, isReadAtOnce(request)) : { begun: partsOf(reply) };
  const place = noteLast(record, { candidate, reply, wanted });
  const flawOf = (final: CollectedReply) => engine.acceptance.flaw(request, final);
  const found = 'reply' in read ? { final: read.reply, flaw: flawOf(read.reply) } : undefined;
  if (mayBeReplaced && found?.flaw && !isReadableCut(found.flaw, request, found.final))
    return giveInstead(engine, asking, { instead, candidate, head, flaw: found.flaw, place });
  record.given = head.requestId;
  warnOnce(record, head.warnings);
  const hear = async (final: CollectedReply, flaw: Flaw | undefined): Promise<void> => {
    if (flaw) noteFlaw(asking, { flaw, place });
    await noteCheck(engine, asking, { final, place });
    // An unusable answer teaches nothing about the others.
    if (!flaw && record.checkPassed !== false) noteAgreement(engine, asking, { answers, final });
  };
  if ('begun' in read) {
    const { begun: parts } = read;
    return startedStream(engine, { candidate, head, parts }, (final) => hear(final, flawOf(final)));
  }
  await hear(read.reply, found?.flaw);
  return startedWhole(engine, { ...read, head, candidate });
}

/**
 * A truncated text is readable, and its client sees the cut and may continue; truncated JSON or tool calls are useless.
 */
function isReadableCut({ signal }: Flaw, { output }: ModelRequest, { blocks }: CollectedReply): boolean {
  return signal === 'length' && output === undefined && !blocks.some(({ type }) => type === 'tool-call');
}

type Broken = {
  readonly instead: Given;
  readonly candidate: Candidate;
  readonly head: ReplyHead;
  readonly flaw: Flaw;
  readonly place: number;
};

/** Gives the best earlier answer: an unusable or unreadable answer is worth less than a doubtful one. */
function giveInstead(
  engine: EngineContext,
  { record }: Asking,
  { instead, candidate, head, ...broken }: Broken,
): StartedAttempt {
  const model = takeBack(record, broken);
  record.attempts.push(stepRow(engine, candidate, head));
  record.warnings.push(
    `${instead.model.id} answers although its answer was not good enough, because the last answer, of ${model}, ${inWords(broken.flaw)}`,
  );
  return giveWhole(engine, record, instead);
}

/** All candidates have answered: gives the best answer; a refused or broken one only if there is no other. */
function giveRejected(
  engine: EngineContext,
  record: CallRecord,
  { instead, answers }: Pick<Fallback, 'instead' | 'answers'>,
): StartedAttempt {
  const given = instead ?? answers.at(-1);
  if (!given) throw new ConclaveError('internal', 'The last step of a cascade has no candidates.');
  record.warnings.push(
    `${given.model.id} answers although its answer was not good enough, because no other model is left to ask`,
  );
  return giveWhole(engine, record, given);
}

/** The attempt of the given answer is closed when it has been sent. */
function giveWhole(engine: EngineContext, record: CallRecord, given: Given): StartedAttempt {
  record.attempts.splice(record.attempts.indexOf(given.row), 1);
  record.given = given.head.requestId;
  warnOnce(record, given.head.warnings);
  return startedWhole(engine, given);
}
