import type { Ms } from '../../core/units.ts';

/** How many calls at one time a provider takes, as far as its refusals tell. Absent: nobody knows of a limit. */
export type LearnedConcurrency = {
  readonly limit: number;
  readonly refusedAt: Ms;
  /** What the last refusal left. Beyond one more than that nothing is known to be refused. */
  readonly refusedAbove: number;
  /** How long after a refusal nobody tries for more. */
  readonly restMs: Ms;
};

/** A limit that nothing has confirmed for so long is forgotten: providers grow, and so do accounts. */
const forgetMs: Ms = 60_000;
/** Refusals of one crowd come together and tell the same. */
const crowdMs: Ms = 200;
/** Every try for more costs somebody a refusal: the next one after a vain one waits twice as long. */
const rest = { first: 1_000, longest: 16_000 };
/** Where one more went well, as many are tried next, of those that are known to go well. */
const growth = 0.1;

/**
 * After a 429 that no spent limit explains: whatever was under way beside the refused call is what it takes. A call
 * that was alone teaches nothing.
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

/** After an answer: one more is tried once as many have gone well as there are places, and soon more than one. */
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

/** The same limit again: longer. Another one: what was found out about the old one says nothing. */
function restAfter({ refusedAt, refusedAbove, restMs }: LearnedConcurrency, limit: number, at: Ms): Ms {
  if (at - refusedAt < crowdMs) return restMs;
  if (Math.abs(limit - refusedAbove) > 1) return 0;
  return Math.min(rest.longest, Math.max(rest.first, restMs * 2));
}
