import type { Call, Reply } from '../core/call.ts';
import type { EngineContext } from './engine-context.ts';
import { chooseRoute } from './choose-route.ts';
import { guardCall } from './guard-call.ts';
import { readCache } from './read-cache.ts';
import { openRecord } from './open-record.ts';
import { servedReply } from './replies/served-reply.ts';
import { startReply } from './replies/start-reply.ts';
import { reserve } from './reserve.ts';
import { runPlan } from './run-plan.ts';
import { rejectWhenFull } from './reject-when-full.ts';
import { trackConversation } from './track-conversation.ts';

/**
 * Runs the pipeline's stages in order, as docs/lifecycle.md draws them. A call gets a route with a plan, then a reply.
 * Every way out writes the call's ledger row.
 */
export async function runCall(engine: EngineContext, call: Call): Promise<Reply> {
  const record = openRecord(engine, call);
  try {
    const size = await guardCall(engine, call);
    const cached = await readCache(engine, call);
    if (cached) return await servedReply(engine, record, cached);
    const chosen = await chooseRoute(engine, size, record);
    trackConversation(engine, chosen.route, record);
    rejectWhenFull(engine, chosen.route);
    const route = await reserve(engine, chosen, record);
    const pending = runPlan(engine, route, record);
    return await startReply(engine, record, { pending, promptEstimate: size.prompt.expected });
  } catch (error) {
    throw await record.failed(error);
  }
}
