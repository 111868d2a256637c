import type { Ms } from '../../../core/units.ts';

/** How many concurrent calls a provider accepts, as learned from its refusals. Absent: no limit is known. */
export type LearnedConcurrency = {
  readonly limit: number;
  readonly refusedAt: Ms;
  /** The limit after the last refusal. More than one above that, nothing is known to be refused. */
  readonly refusedAbove: number;
  /** How long after a refusal no higher limit is tried. */
  readonly restMs: Ms;
};

/** A limit that nothing has confirmed for this long is forgotten: providers and accounts grow. */
const forgetMs: Ms = 60_000;
/** Refusals within this time belong together and carry the same information. */
const togetherMs: Ms = 200;
/** Every try for more costs a refusal: after a failed try, the next one waits twice as long. */
const rest = { first: 1_000, longest: 16_000 };
/** After one more call succeeded, this share of the calls known to succeed is added next. */
const growth = 0.1;

/**
 * After a 429 that no spent limit explains: the provider accepts as many calls as were in progress besides the refused
 * one. A call that was alone teaches nothing.
 */
export function afterRefusal(
  known: LearnedConcurrency | undefined,
  others: number,
  at: Ms,
): LearnedConcurrency | undefined {
  if (others < 1) return known;
  const limit = Math.min(others, known?.limit ?? Infinity);
  return { limit, refusedAt: at, refusedAbove: limit, restMs: known ? restAfter(known, limit, at) : 0 };
}

/** After an answer: one more call is tried once as many answers as slots have succeeded, and soon more than one. */
export function afterAnswer(
  known: LearnedConcurrency | undefined,
  inFlight: number,
  at: Ms,
): LearnedConcurrency | undefined {
  if (!known || at - known.refusedAt > forgetMs) return undefined;
  const { limit, refusedAt, refusedAbove, restMs } = known;
  if (inFlight < Math.floor(limit) || at - refusedAt < restMs) return known;
  const step = limit - refusedAbove < 2 ? 1 : Math.max(1, limit * growth);
  return { ...known, limit: limit + step / limit };
}

/** The same limit again: rest longer. Another limit: what was learned about the old one does not apply. */
function restAfter({ refusedAt, refusedAbove, restMs }: LearnedConcurrency, limit: number, at: Ms): Ms {
  if (at - refusedAt < togetherMs) return restMs;
  if (Math.abs(limit - refusedAbove) > 1) return 0;
  return Math.min(rest.longest, Math.max(rest.first, restMs * 2));
}
