import type { Route } from '../../route.ts';
import type { Clock } from '../../services.ts';

/** `maxLatencyMs` covers all attempts together; once exceeded, no further candidate is tried. */
export function isTooLate({ now }: Clock, { features: { at, limits } }: Route): boolean {
  return limits.maxLatencyMs !== undefined && now() >= at + limits.maxLatencyMs;
}
