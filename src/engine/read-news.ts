import type { Call } from '../core/call.ts';
import type { EngineContext } from './engine.ts';

/** Learns what other processes on the same store know and this call needs; `undefined` where nothing has to be waited for. */
export function readNews(engine: EngineContext, call: Call): Promise<unknown> | undefined {
  const limits = engine.limits.refresh();
  const benches = engine.benches.refresh();
  const origins = engine.origins.recall(call, engine.ledger);
  return limits || benches ? Promise.all([limits, benches, origins]) : origins;
}
