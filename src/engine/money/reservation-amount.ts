import type { Acceptance, Plan, RequestFeatures } from '../../core/plan.ts';
import { upperBoundCost } from '../../core/price.ts';
import { tokenPercent } from '../../core/billing-terms.ts';
import type { Candidate } from '../../core/provider.ts';
import type { NanoUsd, Tokens } from '../../core/units.ts';
import { furtherAmount } from './further-models.ts';

/** What a judge is asked besides the question and the answer, and how much it may say; tokens, above what is needed. */
const judging = { prompt: 1_000, answer: 1_024 };

/** What the way in which an answer is asked to be served makes of a candidate's rates. Whoever speaks another dialect than the client is not asked for it. */
export function askedTerms(
  { model, deployment }: Candidate,
  { billingTerms, clientDialect }: Pick<RequestFeatures, 'billingTerms' | 'clientDialect'>,
): ReturnType<typeof tokenPercent> {
  const isAsked = deployment.endpoints.some(({ dialect }) => dialect === clientDialect);
  return tokenPercent(isAsked ? billingTerms : undefined, model);
}

/**
 * The most that a plan can cost: in each of its steps one answer of the dearest candidate, as long as it may get. An
 * attempt that fails before its content usually costs nothing; what it is billed all the same is set aside before the next
 * one, when it is known. The steps of a cascade may all be paid for, with every sample and judge. Candidates of unknown price are the budget's business, not
 * a number.
 */
export function reservationAmount({ steps }: Plan, features: RequestFeatures): NanoUsd {
  const { answers = 1, inputTokensUpperBound: prompt, outputTokensUpperBound: outputTokens, at } = features;
  const hasAudio = features.needs.includes('audio');
  const dearest = (candidates: readonly Candidate[], sizes: { prompt: Tokens; output: Tokens }) =>
    candidates.reduce((most, candidate) => {
      const { model, deployment } = candidate;
      if (!model.price || deployment.payer === 'caller') return most;
      const output = answers * Math.min(sizes.output, model.maxOutputTokens ?? sizes.output);
      // Whoever else its provider may let work, an adviser or who answers in its place, is paid beside it.
      const ordinary =
        upperBoundCost(model.price, sizes.prompt, output, at, hasAudio) +
        furtherAmount(candidate, features, (price) =>
          upperBoundCost(price, sizes.prompt, sizes.output, at, hasAudio),
        );
      // A cheaper way may not be granted.
      const cost = (ordinary * BigInt(Math.max(100, askedTerms(candidate, features).percent)) + 99n) / 100n;
      return cost > most ? cost : most;
    }, 0n);
  return steps.reduce((sum, { candidates, acceptance }) => {
    const answer = dearest(candidates, { prompt, output: outputTokens });
    return sum + BigInt(acceptance?.samples ?? 1) * answer + judgeAmount(acceptance);
  }, 0n);

  function judgeAmount(acceptance: Acceptance | undefined): NanoUsd {
    // A token of an answer may be several bytes, and to another model each byte a token.
    const sizes = { prompt: prompt + 8 * outputTokens + judging.prompt, output: judging.answer };
    return dearest(acceptance?.judge ?? [], sizes);
  }
}
