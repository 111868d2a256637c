import type { Call, Reply } from '../core/call.ts';
import type { EngineContext } from './context.ts';
import { chooseRoute } from './choose-route.ts';
import { classifyByModel } from './classify-by-model.ts';
import { guardCall } from './guard.ts';
import { readCache } from './read-cache.ts';
import { readUpdates } from './read-updates.ts';
import { openRecord } from './record.ts';
import { servedReply } from './replies/served-reply.ts';
import { startReply } from './replies/start-reply.ts';
import { reserve } from './reserve.ts';
import { callToRoute } from './routing/call-to-route.ts';
import { runPlan } from './run-plan.ts';
import { rejectWhenFull } from './reject-when-full.ts';
import { trackConversation } from './track-conversation.ts';

/** Runs the pipeline's stages in order. Every way out writes the call's ledger row. */
export async function runCall(engine: EngineContext, call: Call): Promise<Reply> {
  const record = openRecord(engine, call);
  try {
    const size = await guardCall(engine, call);
    const cached = await readCache(engine, call);
    if (cached) return await servedReply(engine, record, cached);
    const known = callToRoute(engine, call, size);
    await readUpdates(engine, known);
    const classified = await classifyByModel(engine, known, record);
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
