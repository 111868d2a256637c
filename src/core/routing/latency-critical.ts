import { hasTag } from '../names/has-tag.ts';
import type { RequestFeatures } from './plan.ts';

/** Below this latency ceiling, no second answer is asked for. */
const hurriedMs = 10_000;

/** Returns whether a call is latency-critical: such calls are neither classified nor cascaded. */
export function isLatencyCritical({
  tags,
  maxLatencyMs,
}: Pick<RequestFeatures, 'tags' | 'maxLatencyMs'>): boolean {
  return hasTag(tags, 'latency-critical') || (maxLatencyMs !== undefined && maxLatencyMs < hurriedMs);
}
