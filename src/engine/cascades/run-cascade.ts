import { asConclaveError, ConclaveError } from '../../core/errors.ts';
import { leavesNoChoice } from '../../core/routing/leaves-no-choice.ts';
import type { PlanStep } from '../../core/routing/plan.ts';
import type { Candidate } from '../../core/provider.ts';
import type { CallRecord, Route } from '../context.ts';
import type { StartedAttempt } from '../attempts/start-attempt.ts';
import {
  noteAccepted,
  noteAgreement,
  noteFailures,
  noteUnasked,
  noteVerdict,
  whyNobody,
  type Asking,
} from './cascade-verdicts.ts';
import { finishCascade, giveWhole } from './finish-cascade.ts';
import { isVetoed, judgeAnswer } from './judge-answer.ts';
import { answering, readWhole, stepCall, stepRow, type ChildAnswer } from './step-call.ts';
import type { CascadeParts } from './cascade-parts.ts';
import type { DeploymentMemory } from '../deployments/deployment-memory.ts';
import type { Plugins } from '../parts.ts';

/**
 * Runs step by step until an answer is accepted, which is then given as if it were the only one. Each question is a
 * child call, paid from this call's reservation. A model whose answer was rejected is not asked again. If the last step
 * fails, or its answer is unusable, the best of the rejected but usable answers is given, with a warning; parts of a
 * stream that were already passed on cannot be taken back.
 * @throws ConclaveError of the last step, if there is no such answer.
 */
export async function runCascade(
  engine: CascadeParts,
  route: Route,
  record: CallRecord,
): Promise<StartedAttempt> {
  const answers: ChildAnswer[] = [];
  const leaders = new Map<ChildAnswer, number>();
  const failed = new Set<ChildAnswer>();
  let best: { readonly answer: ChildAnswer; readonly probability: number } | undefined;
  for (const [at, planned] of route.plan.steps.entries()) {
    const step = { ...planned, candidates: stillToAsk(engine, planned, { answers, record }) };
    const asking = { route, record, step, leaders, failed };
    if (!planned.acceptance) {
      const wanted = planned.candidates[0]?.model;
      return finishCascade(engine, asking, { answers, usable: best?.answer, wanted });
    }
    if (step.candidates.length === 0) {
      noteUnasked(record, planned, whyNobody(engine, planned));
      continue;
    }
    if (isOfNoUse(engine, asking, answers)) {
      noteUnasked(record, planned, 'none of its answers could make the earlier answers good enough');
      continue;
    }
    const samples = await askStep(engine, asking, at);
    answers.push(...samples);
    if (samples.length === 0) continue;
    const verdict = await judgeAnswer(engine, asking, answers);
    const leader = answers[verdict.leader];
    if (!leader) continue;
    leaders.set(leader, noteVerdict(asking, { samples, verdict, leader }));
    if (isVetoed(verdict)) failed.add(leader);
    if (verdict.accepted) {
      if (route.call.check) record.checkPassed = true;
      const others = answers.filter((one) => one !== leader);
      const same = noteAgreement(engine, asking, { answers: others, final: leader.reply });
      noteAccepted(engine, asking, { leader, probability: verdict.probability, same });
      return giveWhole(engine, record, leader);
    }
    if (verdict.probability > (best?.probability ?? 0))
      best = { answer: leader, probability: verdict.probability };
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
  { health }: Pick<DeploymentMemory, 'health'>,
  { candidates, acceptance }: PlanStep,
  { answers, record }: { readonly answers: readonly ChildAnswer[]; readonly record: CallRecord },
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
  { acceptance }: Pick<Plugins, 'acceptance'>,
  { route, step, failed }: Asking,
  answers: readonly ChildAnswer[],
): boolean {
  const { call, features } = route;
  const [first] = step.candidates;
  const { threshold, judge } = step.acceptance ?? {};
  if (answers.length === 0 || call.check || judge || first === undefined || threshold === undefined)
    return false;
  const isOpen = (one: ChildAnswer) => failed.has(one) || acceptance.mayAgree(call.request, one.reply);
  return !answers.some(isOpen) && acceptance.alone(features, first.model) < threshold;
}

/** Asks all samples of a step at once. A failed sample gives nothing; if all fail, the next step is asked. */
async function askStep(
  engine: CascadeParts,
  { route, record, step }: Asking,
  at: number,
): Promise<ChildAnswer[]> {
  const failures: ConclaveError[] = [];
  const length = leavesNoChoice(route.call.request) ? 1 : (step.acceptance?.samples ?? 1);
  const samples = Array.from({ length }, async (): Promise<ChildAnswer[]> => {
    try {
      const traits = { stream: false, isOptional: true, isAnswer: true };
      const reply = await engine.run(stepCall(record, route, step, traits));
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
  const answers = (await Promise.all(samples)).flat();
  if (answers.length === 0) noteFailures(record, step, failures);
  return answers;
}
