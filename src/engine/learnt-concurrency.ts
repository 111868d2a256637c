import type { Ms } from '../core/units.ts';

/** How many calls at one time a provider takes, as far as its refusals tell. Absent: nobody knows of a limit. */
export type LearntConcurrency = { readonly limit: number; readonly refusedAt: Ms };

/** A limit that nothing has confirmed for so long is forgotten: providers grow, and so do accounts. */
const forgetMs: Ms = 60_000;

/**
 * After a 429 that no spent limit explains: whatever was under way beside the refused call is what it takes. A call
 * that was alone teaches nothing.
 */
export function afterRefusal(
  known: LearntConcurrency | undefined,
  others: number,
  at: Ms,
): LearntConcurrency | undefined {
  if (others < 1) return known;
  return { limit: Math.min(others, known?.limit ?? Infinity), refusedAt: at };
}

/** After an answer: one more is tried once as many have gone well as there are places (additive increase). */
export function afterAnswer(
  known: LearntConcurrency | undefined,
  inFlight: number,
  at: Ms,
): LearntConcurrency | undefined {
  if (!known || at - known.refusedAt > forgetMs) return undefined;
  return inFlight < Math.floor(known.limit) ? known : { ...known, limit: known.limit + 1 / known.limit };
}
