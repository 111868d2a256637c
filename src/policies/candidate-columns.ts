import { byList } from '../core/memories/by-list.ts';
import type { RequestFeatures } from '../core/routing/request/request-features.ts';
import { allAnswers } from '../core/money/all-answers.ts';
import { expectedCost } from '../core/money/expected-cost.ts';
import { leastCached, type Price } from '../core/money/price.ts';
import type { Candidate } from '../core/deployment.ts';
import { tiers } from '../core/task.ts';
import type { Tokens } from '../core/units.ts';

/**
 * What rankings read of each candidate, in columns indexed by its place in the list: some forty cache lines, while the
 * candidate objects themselves occupy six hundred.
 */
export type CandidateColumns = {
  /** Index of the tier, best first; the number of tiers for a model without one. */
  readonly tiers: Uint8Array;
  /** 1 for a model on the user's own machine. */
  readonly local: Uint8Array;
  /** A number from 0 that identifies the family. */
  readonly families: Uint16Array;
  readonly familyCount: number;
  /** Pico-dollars per token; `call`: pico-dollars per call. */
  readonly input: Float64Array;
  /** Like `input`, for prompts that are long enough to be cached. */
  readonly longInput: Float64Array;
  readonly output: Float64Array;
  readonly call: Float64Array;
  /** The maximum output, if it is known. */
  readonly longest: Float64Array;
  /** The longest prompt to which these rates apply at any hour; -1 if they depend on the hour. */
  readonly steadyUpTo: Float64Array;
};

/** The columns of a list, built at its first ranking. */
export const columnsOf = byList((candidates: readonly Candidate[]): CandidateColumns => {
  const count = candidates.length;
  const families = new Map<string, number>();
  const columns = {
    tiers: new Uint8Array(count),
    local: new Uint8Array(count),
    families: new Uint16Array(count),
    input: new Float64Array(count),
    longInput: new Float64Array(count),
    output: new Float64Array(count),
    call: new Float64Array(count),
    longest: new Float64Array(count),
    steadyUpTo: new Float64Array(count),
  };
  for (const [at, { model }] of candidates.entries()) {
    const { tier, local, family, price = unknownPrice, maxOutputTokens = Infinity } = model;
    const known = families.get(family);
    if (known === undefined) families.set(family, families.size);
    columns.tiers[at] = tier ? tiers.indexOf(tier) : tiers.length;
    columns.local[at] = Number(local);
    columns.families[at] = known ?? families.size - 1;
    columns.input[at] = price.input;
    columns.longInput[at] = price.cachesUnasked ? (price.cacheWrite ?? price.input) : price.input;
    columns.output[at] = price.output;
    columns.call[at] = price.call ?? 0;
    columns.longest[at] = maxOutputTokens;
    columns.steadyUpTo[at] = longestSteady(price);
  }
  return { ...columns, familyCount: families.size };
});

/** An unknown price ranks as infinitely expensive. */
const unknownPrice: Price = { input: 0, output: 0, call: Infinity };

function longestSteady({ schedule, steps = [] }: Price): Tokens {
  if (schedule !== undefined && schedule.length > 0) return -1;
  return steps.reduce((least, { abovePromptTokens }) => Math.min(least, abovePromptTokens), Infinity);
}

/**
 * Writes the rough cost of a call at each candidate, in nano-dollars, to the candidates' places; infinite if the price
 * is unknown.
 */
export function candidateCosts(
  candidates: readonly Candidate[],
  features: Pick<RequestFeatures, 'at' | 'size'>,
  costs: Float32Array | Float64Array,
): void {
  const { size } = features;
  const inputTokens = size.prompt.expected;
  const { input: shortInput, longInput, output, call, longest, steadyUpTo } = columnsOf(candidates);
  const input = inputTokens < leastCached ? shortInput : longInput;
  const { answer, modelAnswers } = size;
  const each = modelAnswers?.ofAll(candidates);
  const most = modelAnswers?.most ?? Infinity;
  const own = { answer: answer.expected };
  for (let at = 0; at < candidates.length; at++) {
    const isSteady = inputTokens <= (steadyUpTo[at] ?? 0);
    const candidate = isSteady ? undefined : candidates[at];
    if (each) own.answer = Math.min(each[at] ?? 0, most);
    costs[at] = candidate
      ? candidateCost(candidate, features)
      : (inputTokens * (input[at] ?? 0) +
          allAnswers(own, size, longest[at]) * (output[at] ?? 0) +
          (call[at] ?? 0)) /
        1000;
  }
}

/** Returns the rough cost of a call at one candidate, in nano-dollars; infinite if the price is unknown. */
export function candidateCost({ model }: Candidate, features: Pick<RequestFeatures, 'at' | 'size'>): number {
  return expectedCost(model, features) ?? Number.POSITIVE_INFINITY;
}
