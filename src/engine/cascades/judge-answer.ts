import type { AcceptanceVerdict, Evidence } from '../../core/routing/acceptance.ts';
import type { CollectedReply } from '../../core/wire/collected-reply.ts';
import { asConclaveError } from '../../core/errors.ts';
import type { Asking } from './cascade-verdicts.ts';
import { readWhole, stepCall, type ChildAnswer } from './step-call.ts';
import type { CascadeParts } from './cascade-parts.ts';

/**
 * Weighs the signals about the answers. The caller's check and a judge take time: they are asked only if nothing speaks
 * against the answer yet.
 */
export async function judgeAnswer(
  engine: CascadeParts,
  asking: Asking,
  answers: readonly ChildAnswer[],
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

/** Whether some evidence rules the answer out, whatever else speaks for it. */
export function isVetoed({ evidence }: AcceptanceVerdict): boolean {
  return evidence.some(({ veto }) => veto);
}

/** The judge was paid for, so it appears in the evidence. */
const noScore: Evidence = { signal: 'judge', says: 'gave no readable score', logOdds: 0 };

/** Asks the judge; a judge that fails gives no opinion. */
async function askJudge(
  engine: CascadeParts,
  { route, record, step }: Asking,
  answer: CollectedReply,
): Promise<number | 'nobody' | undefined> {
  const traits = { stream: false, isOptional: true, isAnswer: false };
  const { wording: _wording, ...call } = stepCall(record, route, step, traits);
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
