import { billOf } from '../../core/money/bill-of.ts';
import type { Acceptance, Plan } from '../../core/routing/plan/plan.ts';
import type { RequestFeatures } from '../../core/routing/request/request-features.ts';
import type { Candidate } from '../../core/deployment.ts';
import type { NanoUsd } from '../../core/units.ts';
import { mostCost, type Extent } from './most-cost.ts';

/**
 * What a judge reads in addition to the question and the answer, and how much it may write; in tokens, more than is
 * needed.
 */
const judging: Extent = { prompt: 1_000, answer: 1_024 };

/**
 * Returns the most that a plan can cost: in each of its steps one answer of the most expensive candidate, as long as it
 * may get. An attempt that fails before its content usually costs nothing; if it is billed, that amount is reserved
 * before the next attempt, once it is known. The steps of a cascade may all be billed, with every sample and judge.
 * Candidates of unknown price are handled by the budget and add nothing here.
 */
export function reservationAmount({ steps }: Plan, features: RequestFeatures): NanoUsd {
  return steps.reduce((sum, { candidates, acceptance }) => {
    const answer = dearest(candidates, features, wholeCall(features));
    return sum + BigInt(acceptance?.samples ?? 1) * answer + judgeAmount(acceptance, features);
  }, 0n);
}

/** The amount that one candidate's answer reserves. */
export function amountFor(candidate: Candidate, features: RequestFeatures): NanoUsd {
  return setAside(candidate, features, wholeCall(features));
}

function judgeAmount(acceptance: Acceptance | undefined, features: RequestFeatures): NanoUsd {
  const { prompt, answer } = wholeCall(features);
  // One token of the answer may be several bytes, and each byte a token to another model.
  const read = prompt + 8 * answer + judging.prompt;
  return dearest(acceptance?.judge ?? [], features, { prompt: read, answer: judging.answer });
}

function dearest(candidates: readonly Candidate[], features: RequestFeatures, extent: Extent): NanoUsd {
  return candidates.reduce((most, candidate) => {
    const cost = setAside(candidate, features, extent);
    return cost > most ? cost : most;
  }, 0n);
}

/** Our own money only: what a caller pays for itself does not concern a budget. */
function setAside(candidate: Candidate, features: RequestFeatures, extent: Extent): NanoUsd {
  return billOf(candidate) === 'known' ? (mostCost(candidate, features, extent) ?? 0n) : 0n;
}

function wholeCall({ size: { prompt, answer } }: RequestFeatures): Extent {
  return { prompt: prompt.reserved, answer: answer.reserved };
}
