import { tokenPercent } from '../../core/money/billing-terms.ts';
import { costOf, unpricedParts, type BilledAs } from '../../core/money/price.ts';
import type { Candidate } from '../../core/provider.ts';
import { dollarText, type Ms, type NanoUsd, type Tokens } from '../../core/units.ts';
import { addUsage, completionTokens, noUsage, promptTokens, type Usage } from '../../core/money/usage.ts';
import { isCredibleCharge } from '../money/credible-charge.ts';
import type { FurtherModel } from '../money/further-models.ts';
import type { AnswerTally } from './answer-tally.ts';

/** Who was asked, when, and for how much. */
export type Asked = {
  readonly candidate: Candidate;
  readonly startedAt: Ms;
  readonly inputEstimate: Tokens;
  /** Another model of the same provider, that did a part of the work. */
  readonly modelOf: (name: string) => FurtherModel;
};

type Counts = Omit<Readonly<AnswerTally>, 'see'>;

/** What an attempt has used, and comes to; `cost` is `undefined` as soon as one of the rates is unknown. */
export type Bill = {
  readonly usage: Usage;
  readonly estimated: boolean;
  readonly cost: NanoUsd | undefined;
};

/** Of the answer alone, without what others did beside it. */
type Used = Omit<Bill, 'cost'>;

const charactersPerToken = 4;

/**
 * What a provider counts is booked, whatever the attempt's end. Without a usage, what was seen is estimated: before any
 * content a failure then costs nothing, unless it was we who stopped waiting (`mayHaveCost`), for the provider works on, and
 * bills at least the prompt.
 */
export function billAttempt(asked: Asked, tally: Counts, mayHaveCost: boolean): Bill {
  const answer = usageOf(asked, tally, mayHaveCost);
  return {
    usage: tally.beside.reduce((sum, pass) => addUsage(sum, pass.usage), answer.usage),
    estimated: answer.estimated || bookedOtherwise(asked, tally).length > 0,
    cost: chargeOf(asked, tally, answer),
  };
}

/** What of the usage is booked at the ordinary rates although it has a price of its own, and which charge is not believed. */
export function bookedOtherwise(asked: Asked, tally: Counts): string[] {
  const { usage, charged, answering, terms } = tally;
  if (usage && charged !== undefined) return incredible(tally, charged, costOfAll(asked, tally, usage));
  if (!usage || !answering.price || asked.candidate.model.local) return [];
  const names = [
    ...tokenPercent(terms, answering).unknown,
    ...unpricedParts(usage, answering.price, asked.startedAt, tally),
  ];
  return names.map(
    (name) =>
      `${name}: no price of ${answering.id} for it is known, so its cost is an estimate at the ordinary rates`,
  );
}

function incredible({ answering }: Counts, charged: NanoUsd, cost: NanoUsd | undefined): string[] {
  if (isCredibleCharge(charged, cost)) return [];
  const booked = cost === undefined ? 'its cost is booked as unknown' : `${dollarText(cost)} is booked`;
  return [
    `${answering.provider} says that it charged ${dollarText(charged)}, which cannot be the price of this answer: ${booked}`,
  ];
}

function usageOf(
  { inputEstimate }: Asked,
  { usage, charged, counted, answered, thought }: Counts,
  mayHaveCost: boolean,
): Used {
  // Words are work, even of an answer that could not be given.
  const hasWords = answered + thought > 0;
  const mayBeBilled = mayHaveCost || hasWords;
  // A failure that counts no token is no answer, and owes no fee for the request either. An answer with words and a usage of
  // zeros was not counted: some servers send such a usage as a placeholder.
  const isCount = usage && (countsTokens(usage) || charged || (mayHaveCost && !hasWords));
  const told = isCount ? usage : undefined;
  if (told && counted) return { usage: told, estimated: false };
  if (!told && !mayBeBilled) return { usage: noUsage, estimated: false };
  // A usage that arrived before the end counts the prompt; what was written since then is ours to estimate.
  const output = Math.max(told?.output ?? 0, Math.ceil(answered / charactersPerToken));
  const reasoning = Math.max(told?.reasoning ?? 0, Math.ceil(thought / charactersPerToken));
  return {
    usage: { ...(told ?? { ...noUsage, input: inputEstimate }), output, reasoning },
    estimated: true,
  };
}

function countsTokens(usage: Usage): boolean {
  return promptTokens(usage) + completionTokens(usage) > 0;
}

/**
 * A seller's own word on what it charged goes before our arithmetic, where it can be true; where the answer broke off, the
 * dearer of the two.
 */
function chargeOf(asked: Asked, tally: Counts, { usage, estimated }: Used): NanoUsd | undefined {
  const { charged } = tally;
  const cost = costOfAll(asked, tally, usage);
  if (charged === undefined || usage === noUsage || !isCredibleCharge(charged, cost)) return cost;
  return estimated && cost !== undefined && cost > charged ? cost : charged;
}

function costOfAll(
  { candidate, startedAt, modelOf }: Asked,
  tally: Counts,
  answer: Usage,
): NanoUsd | undefined {
  const { price } = tally.answering;
  // Who never answered is owed nothing, no fee for the request either.
  let total = answer === noUsage ? 0n : price && costOf(answer, price, startedAt, billedAs(tally));
  for (const pass of tally.beside) {
    const other = pass.model === undefined ? candidate.model : modelOf(pass.model);
    if (total === undefined || !other.price) return undefined;
    total += costOf(pass.usage, other.price, startedAt, tokenPercent(tally.terms, other));
  }
  return total;
}

function billedAs({ terms, answering, audioInput, audioOutput }: Counts): BilledAs {
  return { percent: tokenPercent(terms, answering).percent, audioInput, audioOutput };
}
