import type { Call } from '../core/call.ts';
import { type Classification, cluesOf } from '../core/classification.ts';
import { isLatencyCritical } from '../core/latency-critical.ts';
import type { EngineContext } from './engine.ts';

/** What a call whose caller names no task is probably for; `undefined` where nobody needs to guess, or may. */
export function classifyCall(
  { classify }: Pick<EngineContext, 'classify'>,
  call: Call,
): Classification | undefined {
  const { tags, limits } = call;
  const hurried = isLatencyCritical({
    tags,
    ...(limits.maxLatencyMs !== undefined && { maxLatencyMs: limits.maxLatencyMs }),
  });
  if (!classify || call.request.embedding || hurried) return undefined;
  return classify(cluesOf(call.request, call.tool));
}
