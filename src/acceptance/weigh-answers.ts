import type {
  AcceptanceQuestion,
  AcceptanceVerdict,
  AnswerAcceptance,
  CheckResult,
  StepAnswer,
} from '../core/routing/acceptance/acceptance.ts';
import { successPrior } from '../core/routing/quality/success-prior.ts';
import { acceptanceWeights, type SignalOdds } from '../learning/acceptance/acceptance-weights.ts';
import { agreement } from './agreement.ts';
import { callersCheck } from './callers-check.ts';
import { judgeRequest, readJudgement } from './judge.ts';
import { schemaFlaw, schemaValidity, validityOf } from './schema-validity.ts';
import { weighed, type Sign } from './sign.ts';
import { noAnswer, soundness } from './soundness.ts';
import { mayAgree, mayDiffer, isSameAnswer, comparableAnswer } from './comparable-answer.ts';

/** Bounds for how far a judge is trusted. */
const judgeBounds = { least: 0.05, most: 0.95 };

/** Maps raw chances to calibrated ones, learned from outcomes. */
export type Calibration = (rawChance: number) => number;

/** Creates the acceptance of answers, which uses all signals. */
export function answerAcceptance(calibrated: Calibration): AnswerAcceptance {
  return {
    weigh: (question) => weigh(question, { calibrated, odds: acceptanceWeights.odds }),
    agree: (request, one, other) =>
      isSameAnswer(comparableAnswer(one, request), comparableAnswer(other, request)),
    mayAgree: (request, reply) => mayAgree(reply, request),
    mayDiffer: (request, reply) => mayDiffer(reply, request),
    validity: (request, reply, checkedFor) => validityOf(reply, request, checkedFor),
    flaw: async (request, reply, checkedFor) =>
      noAnswer(reply, request) ?? schemaFlaw(await validityOf(reply, request, checkedFor)),
    alone: ({ quality, work: { task, difficulty } }, model) =>
      calibrated(quality?.of(model) ?? successPrior(model, task, difficulty)),
    check: callersCheck,
    judgeRequest,
    readJudgement,
  };
}

type Weighing = { readonly calibrated: Calibration; readonly odds: SignalOdds };

/**
 * Computes P(right) of the latest answer: the model's chance at such work, shifted by the measured log-odds of each
 * sign, then calibrated by how such answers turned out. The caller's own check is final.
 */
function weigh(question: AcceptanceQuestion, { calibrated, odds }: Weighing): AcceptanceVerdict {
  const { answers, features, threshold, checked } = question;
  const { signs, leader } = signsOf(question);
  const answer = answers[leader];
  if (!answer) return { accepted: false, probability: 0, evidence: [], leader: 0 };
  const evidence = signs.map((sign) => weighed(sign, odds));
  if (evidence.some(({ veto }) => veto)) return { accepted: false, probability: 0, evidence, leader };
  if (checked?.passed) return { accepted: true, probability: 1, evidence, leader };
  const prior =
    features.quality?.of(answer.model) ??
    successPrior(answer.model, features.work.task, features.work.difficulty);
  const sum = evidence.reduce((total, { logOdds }) => total + logOdds, Math.log(prior / (1 - prior)));
  const rawProbability = 1 / (1 + Math.exp(-sum));
  const probability = calibrated(rawProbability);
  return { accepted: probability >= threshold, probability, rawProbability, evidence, leader };
}

/** Returns all signs of the latest answer, and which answer of its step leads. */
export function signsOf(question: AcceptanceQuestion): {
  readonly signs: readonly Sign[];
  readonly leader: number;
} {
  const { answers, failed, checked, judged } = question;
  const own = new Map(answers.map((answer) => [answer, ownSigns(question, answer)]));
  const isBroken = (answer: StepAnswer) =>
    failed?.has(answer) === true || (own.get(answer)?.some((sign) => 'veto' in sign) ?? false);
  const { signs: agreeing, leader } = agreement(question, isBroken);
  const answer = answers[leader];
  if (!answer) return { signs: [], leader };
  const signs = [...(own.get(answer) ?? []), ...agreeing, ...checkSigns(checked), ...judgeSigns(judged)];
  return { signs, leader };
}

/** Signs of an answer on its own, without comparison. */
function ownSigns(question: AcceptanceQuestion, answer: StepAnswer): Sign[] {
  return [soundness(question, answer), ...schemaValidity(answer)];
}

function checkSigns(checked: CheckResult | undefined): Sign[] {
  if (!checked) return [];
  const { passed, says } = checked;
  return [{ signal: 'check', says, ...(passed ? { logOdds: 0 } : { veto: true }) }];
}

function judgeSigns(judged: number | undefined): Sign[] {
  if (judged === undefined) return [];
  const chance = Math.min(judgeBounds.most, Math.max(judgeBounds.least, judged));
  return [
    {
      signal: 'judge',
      says: `a judge gives it ${Math.round(judged * 100)} of 100`,
      logOdds: Math.log(chance / (1 - chance)),
    },
  ];
}
