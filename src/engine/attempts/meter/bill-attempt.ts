import { tokenPercent, type BillingTerm } from '../../../core/money/billing-terms.ts';
import { bytesPerToken } from '../../../core/estimate-tokens.ts';
import { standingTerms } from '../../../core/money/standing-terms.ts';
import { costOf, unpricedParts, type BilledAs } from '../../../core/money/price.ts';
import type { Candidate } from '../../../core/deployment.ts';
import { dollarText, type Ms, type NanoUsd, type Tokens } from '../../../core/units.ts';
import { addUsage, completionTokens, noUsage, promptTokens, type Usage } from '../../../core/money/usage.ts';
import { isCredibleCharge } from '../../money/credible-charge.ts';
import type { FurtherModel } from '../../money/further-models.ts';
import type { AnswerTally } from './answer-tally.ts';

/** What the bill of an attempt depends on besides its answer. */
export type BilledAttempt = {
  readonly candidate: Candidate;
  readonly startedAt: Ms;
  readonly inputEstimate: Tokens;
  /** The most that its answers may have, together; no provider bills more than it was allowed to write. */
  readonly outputLimit: Tokens;
  /** The terms that its request asks for. */
  readonly terms: readonly BillingTerm[];
  /** Looks up another model of the same provider that did part of the work. */
  readonly modelOf: (name: string) => FurtherModel;
};

type Counts = Omit<Readonly<AnswerTally>, 'see'>;

/** What an attempt has used and costs; `cost` is `undefined` as soon as one of the rates is unknown. */
export type AttemptBill = {
  readonly usage: Usage;
  readonly estimated: boolean;
  readonly cost: NanoUsd | undefined;
  /** The cost is what the provider reports that it charged. */
  readonly isReported: boolean;
};

/** The usage of the answer alone, without the work of other models for it. */
type Used = Pick<AttemptBill, 'usage' | 'estimated'>;

/**
 * Books what a provider counts, however the attempt ended. Without a usage, what was seen is estimated: a failure
 * before any content then costs nothing, unless we stopped waiting (`mayHaveCost`) or the reply was cut off: the
 * provider works on, and bills at least the prompt.
 */
export function billAttempt(attempt: BilledAttempt, tally: Counts, mayHaveCost: boolean): AttemptBill {
  const answer = usageOf(attempt, tally, mayHaveCost);
  const cost = chargeOf(attempt, tally, answer);
  return {
    usage: tally.beside.reduce((sum, pass) => addUsage(sum, pass.usage), answer.usage),
    estimated: answer.estimated || bookedOtherwise(attempt, tally).length > 0,
    cost,
    isReported: cost !== undefined && cost === tally.charged,
  };
}

/**
 * Parts of the usage that are booked at the ordinary rates although they have a price of their own, or a reported
 * charge that is implausible.
 */
export function bookedOtherwise(attempt: BilledAttempt, tally: Counts): string[] {
  const { charged, answering, terms, tools } = tally;
  const usage = tally.usage ?? withoutCounts(tally);
  if (tally.usage && charged !== undefined)
    return incredible(tally, charged, costOfAll(attempt, tally, tally.usage));
  if (!usage || !answering.price || attempt.candidate.model.local) return [];
  const names = [
    ...tokenPercent([...new Set([...standingTerms(attempt.candidate), ...terms, ...tools])], answering)
      .unknown,
    ...unpricedParts(usage, answering.price, attempt.startedAt, tally),
  ];
  return names.map(
    (name) =>
      `${name}: ${answering.id} has no known price for it, so its cost is estimated at the ordinary rates`,
  );
}

/** The usage of an answer that has none yet, but has used tools that are billed apart. */
function withoutCounts({ webSearches, tools }: Counts): Usage | undefined {
  return webSearches > 0 || tools.length > 0 ? { ...noUsage, webSearches } : undefined;
}

function incredible({ answering }: Counts, charged: NanoUsd, cost: NanoUsd | undefined): string[] {
  if (isCredibleCharge(charged, cost)) return [];
  const booked = cost === undefined ? 'its cost is booked as unknown' : `${dollarText(cost)} is booked`;
  return [
    `${answering.provider} reports a charge of ${dollarText(charged)}, which is implausible for this answer: ${booked}`,
  ];
}

function usageOf(
  { candidate, inputEstimate, outputLimit }: BilledAttempt,
  tally: Counts,
  mayHaveCost: boolean,
): Used {
  const { usage, charged, cutOff, answered, thought, webSearches: searched, promptGrowth } = tally;
  const isFinal = countsAll(tally);
  // Text is billed work, even if the answer could not be delivered.
  const hasWords = answered + thought > 0;
  const mayBeBilled = mayHaveCost || cutOff || hasWords || searched > 0;
  // A failure that counts no tokens is no answer, and owes no fee for the request either. A usage of zeros for an
  // answer with text, or before its end, is no count: some servers send such a usage as a placeholder.
  const isCount = usage && (countsTokens(usage) || charged || (mayHaveCost && isFinal && !hasWords));
  const reported = isCount ? usage : undefined;
  if (!reported && !mayBeBilled) return { usage: noUsage, estimated: false };
  // No call is without a prompt: some servers count only what they write. What they charge includes it.
  const countsPrompt = reported !== undefined && (promptTokens(reported) > 0 || charged !== undefined);
  const known = countsPrompt ? reported : { ...(reported ?? noUsage), input: inputEstimate };
  if (reported && isFinal) return { usage: known, estimated: !countsPrompt };
  // An earlier usage than the final one counts the prompt; what was written and read since has to be estimated.
  const { contextWindow = Infinity } = candidate.model;
  const room = Math.max(0, contextWindow - promptTokens(known));
  const input = known.input + Math.min(promptGrowth, room);
  const { output, reasoning } = withWords(known, { answered, thought, outputLimit });
  const webSearches = Math.max(reported?.webSearches ?? 0, searched);
  return {
    usage: { ...known, input, output, reasoning, webSearches },
    estimated: true,
  };
}

/** Whether the usage, if there is one, counts the whole answer. */
function countsAll({ counted, miscounted }: Counts): boolean {
  return counted && !miscounted;
}

/**
 * Adds what was written beyond the counts, as far as the limit allows: a token of spaces or of rules may be many bytes.
 * A model thinks before it answers.
 */
function withWords(
  known: Usage,
  {
    answered,
    thought,
    outputLimit,
  }: Pick<Counts, 'answered' | 'thought'> & Pick<BilledAttempt, 'outputLimit'>,
): Pick<Usage, 'output' | 'reasoning'> {
  const room = Math.max(0, outputLimit - completionTokens(known));
  const thoughts = Math.min(room, Math.max(0, Math.ceil(thought / bytesPerToken) - known.reasoning));
  const words = Math.min(room - thoughts, Math.max(0, Math.ceil(answered / bytesPerToken) - known.output));
  return { output: known.output + words, reasoning: known.reasoning + thoughts };
}

function countsTokens(usage: Usage): boolean {
  return promptTokens(usage) + completionTokens(usage) > 0;
}

/**
 * Prefers the charge that a provider reports over our calculation, if it is plausible; if the answer broke off, the
 * higher of the two.
 */
function chargeOf(attempt: BilledAttempt, tally: Counts, { usage, estimated }: Used): NanoUsd | undefined {
  const { charged } = tally;
  const cost = costOfAll(attempt, tally, usage);
  if (charged === undefined || usage === noUsage || !isCredibleCharge(charged, cost)) return cost;
  return estimated && cost !== undefined && cost > charged ? cost : charged;
}

function costOfAll(attempt: BilledAttempt, tally: Counts, answer: Usage): NanoUsd | undefined {
  const { candidate, startedAt, modelOf } = attempt;
  const { price } = tally.answering;
  const terms = termsOf(attempt, tally);
  // A model that never answered is owed nothing, not even a fee for the request.
  let total = answer === noUsage ? 0n : price && costOf(answer, price, startedAt, billedAs(tally, terms));
  for (const pass of tally.beside) {
    const other = pass.model === undefined ? candidate.model : modelOf(pass.model);
    if (total === undefined || !other.price) return undefined;
    total += costOf(pass.usage, other.price, startedAt, tokenPercent(terms, other));
  }
  return total;
}

function billedAs({ answering, audioInput, audioOutput }: Counts, terms: readonly BillingTerm[]): BilledAs {
  return { percent: tokenPercent(terms, answering).percent, audioInput, audioOutput };
}

/**
 * The terms of all answers at this place, and those of this one. Until it has been counted, the terms that it announced
 * are assumed, or the ones that were asked for.
 */
function termsOf(attempt: BilledAttempt, tally: Counts): readonly BillingTerm[] {
  const { usage, terms, announced } = tally;
  const isTold = terms.length > 0 || (usage && countsAll(tally));
  return [...standingTerms(attempt.candidate), ...(isTold ? terms : (announced ?? attempt.terms))];
}
