import type {
  AcceptanceQuestion,
  AcceptanceVerdict,
  AnswerAcceptance,
  CheckResult,
  Evidence,
} from '../core/acceptance.ts';
import { successPrior } from '../core/success-prior.ts';
import { agreement } from './agreement.ts';
import { answerOf } from './answer-of.ts';
import { callersCheck } from './callers-check.ts';
import { judgeRequest, readJudgement } from './judge.ts';
import { schemaValidity } from './schema-validity.ts';
import { soundness } from './soundness.ts';

/** What a check that the caller wrote itself is worth: more than everything that we can see. */
const passedCheck = 5;
/** No judge is believed further than this. */
const judgeBounds = { least: 0.05, most: 0.95 };

/** How raw chances become true ones, learned from outcomes. Default: as they are. */
export type Calibration = (rawChance: number) => number;

/** Looks at answers by every signal that there is. */
export function answerAcceptance(calibrated: Calibration = (chance) => chance): AnswerAcceptance {
  return {
    weigh: (question) => weigh(question, calibrated),
    agree(request, one, other) {
      const [a, b] = [answerOf(one, request), answerOf(other, request)];
      return a === undefined || b === undefined ? undefined : a === b;
    },
    check: callersCheck,
    judgeRequest,
    readJudgement,
  };
}

/**
 * P(right) of the latest answer: the model's chance at such work, moved by what each signal says in log-odds. Agreement's
 * weights are measured, the others set by hand; outcomes calibrate the sum.
 */
function weigh(question: AcceptanceQuestion, calibrated: Calibration): AcceptanceVerdict {
  const { answers, features, request, threshold } = question;
  const { evidence: agreeing, leader } = agreement(question);
  const answer = answers[leader];
  if (!answer) return { accepted: false, probability: 0, evidence: [], leader: 0 };
  const prior =
    features.quality?.of(answer.model) ?? successPrior(answer.model, features.task, features.difficulty);
  const evidence = [
    ...soundness(question, answer),
    ...schemaValidity(request, answer),
    ...agreeing,
    ...checkEvidence(question.checked),
    ...judgeEvidence(question.judged),
  ];
  if (evidence.some(({ veto }) => veto)) return { accepted: false, probability: 0, evidence, leader };
  const odds = evidence.reduce((sum, { logOdds }) => sum + logOdds, Math.log(prior / (1 - prior)));
  const probability = calibrated(1 / (1 + Math.exp(-odds)));
  return { accepted: probability >= threshold, probability, evidence, leader };
}

function checkEvidence(checked: CheckResult | undefined): Evidence[] {
  if (!checked) return [];
  const { passed, says } = checked;
  if (passed) return [{ signal: 'check', says, logOdds: passedCheck }];
  return [{ signal: 'check', says, logOdds: Number.NEGATIVE_INFINITY, veto: true }];
}

function judgeEvidence(judged: number | undefined): Evidence[] {
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
