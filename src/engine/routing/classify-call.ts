import type { Call } from '../../core/call.ts';
import { type Classification, cluesOf } from '../../core/routing/classification.ts';
import { isLatencyCritical } from '../../core/routing/latency-critical.ts';
import type { UserText } from '../../core/user-text/last-user-text.ts';
import type { EngineContext } from '../context.ts';

/** What a call whose caller names no task is probably for; `undefined` where nobody needs to guess, or may. */
export function classifyCall(
  { classify }: Pick<EngineContext, 'classify'>,
  call: Call,
  said?: UserText,
): Classification | undefined {
  return classify && mayBeClassified(call) ? classify(cluesOf(call.request, call.tool, said)) : undefined;
}

/** Who is in a hurry is not to wait for a guess, and a text that becomes a vector is for nothing else. */
export function mayBeClassified({ request, tags, limits }: Call): boolean {
  const { maxLatencyMs } = limits;
  return (
    !request.embedding && !isLatencyCritical({ tags, ...(maxLatencyMs !== undefined && { maxLatencyMs }) })
  );
}
