import type { Call } from '../core/call.ts';
import type { EngineContext } from './engine.ts';
import { isOpenChoice } from './routing/is-open-choice.ts';

/**
 * Learns what other processes on the same store know and this call needs, and at the first open call what was learned
 * before this process began; `undefined` where nothing has to be waited for.
 */
export function readNews(engine: EngineContext, call: Call): Promise<unknown> | undefined {
  const limits = engine.limits.refresh();
  const benches = engine.benches.refresh();
  const origins = engine.origins.recall(call, engine.ledger);
  const learned = engine.knowsLearned() || !isOpenChoice(engine, call) ? undefined : engine.recallLearned();
  return limits || benches || learned ? Promise.all([limits, benches, origins, learned]) : origins;
}
