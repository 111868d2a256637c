import { asConclaveError, ConclaveError } from '../../core/errors.ts';
import { leavesNoChoice } from '../../core/routing/acceptance/leaves-no-choice.ts';
import type { PlanStep } from '../../core/routing/plan/plan.ts';
import type { Candidate } from '../../core/deployment.ts';
import type { CallRecord } from '../row/call-record.ts';
import { checkedFor } from '../row/checked-for.ts';
import type { Route } from '../route.ts';
import type { StartedAttempt } from '../attempts/start-attempt.ts';
import { answersOf, CascadeStep, type Cascade } from './cascade-step.ts';
import { finishCascade } from './finish-cascade.ts';
import { giveWhole } from './give-answer.ts';
import { judgeAnswer } from './judge-answer.ts';
import { rateAccepted, rateOthers } from './rate-answers.ts';
import { answering, childAnswer, readWhole, stepCall, type ChildAnswer } from './step-call.ts';
import { whyUnasked } from './why-unasked.ts';
import type { CascadeServices } from './cascade-services.ts';
import type { DeploymentMemory } from '../deployments/deployment-memory.ts';

/**
 * Runs step by step until an answer is accepted, which is then given as if it were the only one. Each question is a
 * child call, paid from this call's reservation. A model whose answer was rejected is not asked again. If the last step
 * fails, or its answer is unusable, the best of the rejected but usable answers is given, with a warning; parts of a
 * stream that were already passed on cannot be taken back.
 * @throws ConclaveError of the last step, if there is no such answer.
 */
export async function runCascade(
  engine: CascadeServices,
  route: Route,
  record: CallRecord,
): Promise<StartedAttempt> {
  const steps: CascadeStep[] = [];
  record.steps = steps;
  const cascade: Cascade = { route, record, steps };
  for (const [position, planned] of route.plan.steps.entries()) {
    const step = new CascadeStep(position, planned, stillToAsk(engine, planned, cascade));
    steps.push(step);
    if (!planned.acceptance) return finishCascade(engine, cascade, step);
    const unasked = whyUnasked(engine, cascade, step);
    if (unasked !== undefined) {
      step.skip(unasked);
      continue;
    }
    await askStep(engine, cascade, step);
    const accepted = await judgeAnswer(engine, cascade, step);
    if (accepted) return giveAccepted(engine, cascade, accepted);
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
  { steps, record }: Cascade,
): Candidate[] {
  const failed = acceptance ? record.children.flatMap(({ failedModels = [] }) => failedModels) : [];
  const out = new Set([...answersOf({ steps }).map(({ model }) => model.id), ...failed]);
  return candidates.filter(
    ({ model, deployment }) => !out.has(model.id) && (!acceptance || !health.isBenched(deployment)),
  );
}

/** Asks all samples of a step at once. A failed sample gives nothing; if all fail, the next step is asked. */
async function askStep(
  engine: CascadeServices,
  { route, record }: Cascade,
  step: CascadeStep,
): Promise<void> {
  const failures: ConclaveError[] = [];
  const length = leavesNoChoice(route.call.request) ? 1 : (step.acceptance?.samples ?? 1);
  const samples = Array.from({ length }, async (): Promise<void> => {
    try {
      const traits = { stream: false, isOptional: true, isAnswer: true };
      const reply = await engine.run(stepCall(record, route, step, traits));
      const whole = await readWhole(reply);
      const { head } = reply;
      const candidate = answering(step, head);
      const { request } = route.call;
      const validity = await engine.acceptance.validity(request, whole.reply, checkedFor(record));
      step.answers.push(childAnswer(engine, step, { ...whole, candidate, head, validity }));
    } catch (thrown) {
      if (record.deadline.signal.aborted) throw thrown;
      failures.push(asConclaveError(thrown));
    }
  });
  await Promise.all(samples);
  if (step.answers.length === 0) step.fail(failures);
}

function giveAccepted(
  engine: CascadeServices,
  cascade: Cascade,
  accepted: { readonly leader: ChildAnswer; readonly probability: number },
): StartedAttempt {
  const { route, record } = cascade;
  const { leader } = accepted;
  if (route.call.check) record.checkPassed = true;
  const same = rateOthers(engine, cascade, { answer: leader, reply: leader.reply });
  rateAccepted(engine, cascade, { ...accepted, same });
  return giveWhole(engine, record, leader);
}
