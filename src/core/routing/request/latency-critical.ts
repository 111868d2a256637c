import { hasTag } from '../../names/has-tag.ts';
import type { Ms } from '../../units.ts';

/** Below this latency ceiling, no second answer is asked for. */
const hurriedMs = 10_000;

/** Returns whether a call is latency-critical: such calls are neither classified nor cascaded. */
export function isLatencyCritical(tags: readonly string[], maxLatencyMs: Ms | undefined): boolean {
  return hasTag(tags, 'latency-critical') || (maxLatencyMs !== undefined && maxLatencyMs < hurriedMs);
}
