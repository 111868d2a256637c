import { hasTag } from '../names/has-tag.ts';
import type { RequestFeatures } from './plan.ts';

/** Below this ceiling nobody waits for a second answer. */
const hurriedMs = 10_000;

/** Whether somebody waits at the other end: such calls are neither classified nor cascaded. */
export function isLatencyCritical({
  tags,
  maxLatencyMs,
}: Pick<RequestFeatures, 'tags' | 'maxLatencyMs'>): boolean {
  return hasTag(tags, 'latency-critical') || (maxLatencyMs !== undefined && maxLatencyMs < hurriedMs);
}
