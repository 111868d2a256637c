import type { Call, Reply } from '../core/call.ts';
import type { EngineContext } from './context.ts';
import { chooseRoute } from './choose-route.ts';
import { classifyByModel } from './classify-by-model.ts';
import { guardCall } from './guard-call.ts';
import { readCache } from './read-cache.ts';
import { readUpdates } from './read-updates.ts';
import { openRecord } from './record.ts';
import { servedReply } from './replies/served-reply.ts';
import { startReply } from './replies/start-reply.ts';
import { reserve } from './reserve.ts';
import { resolveCall } from './routing/resolve-call.ts';
import { runPlan } from './run-plan.ts';
import { rejectWhenFull } from './reject-when-full.ts';
import { trackConversation } from './track-conversation.ts';

/**
 * Runs the pipeline's stages in order, as docs/lifecycle.md draws them. A call is resolved to a choice of its model, then
 * to a route with a plan, then to a reply. Every way out writes the call's ledger row.
 */
export async function runCall(engine: EngineContext, call: Call): Promise<Reply> {
  const record = openRecord(engine, call);
  try {
    const size = await guardCall(engine, call);
    const cached = await readCache(engine, call);
    if (cached) return await servedReply(engine, record, cached);
    const resolved = resolveCall(engine, call, size);
    await readUpdates(engine, resolved);
    const classified = await classifyByModel(engine, resolved, record);
    const route = await chooseRoute(engine, classified, record);
    trackConversation(engine, route, record);
    rejectWhenFull(engine, route);
    const reserved = await reserve(engine, route, record);
    const pending = runPlan(engine, reserved, record);
    return await startReply(engine, record, pending);
  } catch (error) {
    throw await record.failed(error);
  }
}
