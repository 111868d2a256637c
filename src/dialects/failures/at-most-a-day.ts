import type { Ms } from '../../core/units.ts';

const dayMs: Ms = 24 * 60 * 60 * 1000;

/** Limits a wait that a provider reports: none of their limits lasts longer than a day, and a later time is a mistake. */
export function atMostADay(ms: Ms): Ms {
  return Math.min(ms, dayMs);
}
