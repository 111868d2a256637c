import type { Call } from '../core/call.ts';
import { type Classification, cluesOf } from '../core/classification.ts';
import type { EngineContext } from './engine.ts';

/** Calls with this tag skip whatever takes time before they leave. */
const latencyCritical = 'latency-critical';

/** What a call whose caller names no task is probably for; `undefined` where nobody needs to guess, or may. */
export function classifyCall(engine: EngineContext, call: Call): Classification | undefined {
  const { classify } = engine;
  if (!classify || call.request.embedding || call.tags.includes(latencyCritical)) return undefined;
  return classify(cluesOf(call.request, call.tool));
}
