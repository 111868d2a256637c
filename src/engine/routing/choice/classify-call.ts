import type { Call } from '../../../core/call.ts';
import { type Classification, cluesOf } from '../../../core/routing/request/classification.ts';
import { isLatencyCritical } from '../../../core/routing/request/latency-critical.ts';
import type { UserText } from '../../../core/user-text/last-user-text.ts';
import type { Router } from '../../services.ts';

/**
 * Guesses what a call is for if its caller names no task; `undefined` if the call is not to be classified or no
 * classifier is configured.
 */
export function classifyCall(
  { classify }: Pick<Router, 'classify'>,
  call: Call,
  userText?: UserText,
): Classification | undefined {
  return classify && mayBeClassified(call) ? classify(cluesOf(call.request, call.tool, userText)) : undefined;
}

/** Latency-critical calls and embedding requests are not classified. */
export function mayBeClassified({ request, tags, limits }: Call): boolean {
  const { maxLatencyMs } = limits;
  return !request.embedding && !isLatencyCritical(tags, maxLatencyMs);
}
