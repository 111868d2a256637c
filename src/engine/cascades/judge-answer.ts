import type { AcceptanceVerdict, Evidence } from '../../core/routing/acceptance/acceptance.ts';
import type { Candidate } from '../../core/deployment.ts';
import type { CollectedReply } from '../../core/wire/collected-reply.ts';
import { asConclaveError } from '../../core/errors.ts';
import { checkedFor } from '../row/checked-for.ts';
import { answersOf, isVetoed, type Cascade, type CascadeStep } from './cascade-step.ts';
import { readWhole, stepCall, type ChildAnswer } from './step-call.ts';
import type { CascadeServices } from './cascade-services.ts';

/** Judges a step by the answer that leads it. Returns that answer if it is accepted. */
export async function judgeAnswer(
  engine: CascadeServices,
  cascade: Cascade,
  step: CascadeStep,
): Promise<{ readonly leader: ChildAnswer; readonly probability: number } | undefined> {
  if (step.answers.length === 0) return undefined;
  const verdict = await weighed(engine, cascade, step);
  const leader = answersOf(cascade)[verdict.leader];
  if (!leader) return undefined;
  step.judge(leader, verdict);
  return verdict.accepted ? { leader, probability: verdict.probability } : undefined;
}

/**
 * Weighs the signals about the answers. The caller's check and a judge take time: they are asked only if nothing speaks
 * against the answer yet.
 */
async function weighed(
  engine: CascadeServices,
  cascade: Cascade,
  { acceptance: rule }: CascadeStep,
): Promise<AcceptanceVerdict> {
  const { acceptance } = engine;
  const { route, record, steps } = cascade;
  const { call, features } = route;
  const threshold = rule?.threshold ?? 0;
  const answers = answersOf(cascade);
  const failed = new Set(steps.flatMap(({ isVetoed: isOut, leader }) => (isOut && leader ? [leader] : [])));
  const question = { request: call.request, features, answers, failed, threshold };
  const seen = acceptance.weigh(question);
  const leader = answers[seen.leader];
  if (!leader || isVetoed(seen)) return seen;
  const checked = call.check && (await acceptance.check(call.check, leader.reply, checkedFor(record)));
  const verdict = checked ? acceptance.weigh({ ...question, checked }) : seen;
  if (verdict.accepted || isVetoed(verdict) || !rule?.judge) return verdict;
  const judgement = await askJudge(engine, cascade, { candidates: rule.judge, answer: leader.reply });
  if (judgement === 'nobody') return verdict;
  if (judgement === undefined) return { ...verdict, evidence: [...verdict.evidence, noScore] };
  return acceptance.weigh({ ...question, checked, judged: judgement });
}

/** The judge was paid for, so it appears in the evidence. */
const noScore: Evidence = { signal: 'judge', says: 'gave no readable score', logOdds: 0 };

/** Asks the judge; a judge that fails gives no opinion. */
async function askJudge(
  engine: CascadeServices,
  { route, record }: Cascade,
  { candidates, answer }: { readonly candidates: readonly Candidate[]; readonly answer: CollectedReply },
): Promise<number | 'nobody' | undefined> {
  const traits = { stream: false, isOptional: true, isAnswer: false };
  const { wording: _wording, ...call } = stepCall(record, route, { candidates }, traits);
  // Its cost is booked under the task that it serves.
  const task = call.task ?? record.classification?.task;
  const { model, stream } = call.request;
  const request = { model, stream, ...engine.acceptance.judgeRequest(route.call.request, answer) };
  try {
    const whole = await readWhole(await engine.run({ ...call, ...(task && { task }), request }));
    return engine.acceptance.readJudgement(whole.reply);
  } catch (thrown) {
    if (record.deadline.signal.aborted) throw thrown;
    record.warnings.push(`the answer was not judged: ${asConclaveError(thrown).message}`);
    return 'nobody';
  }
}
