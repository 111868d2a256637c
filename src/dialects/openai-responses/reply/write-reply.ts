import type { CollectedReply } from '../../../core/wire/collected-reply.ts';
import type { ReplyContext } from '../../../core/wire/dialect.ts';
import type { JsonObject } from '../../../core/json/json.ts';
import { isWaiting, writeFinish } from './finish-reason.ts';
import { writeUsage } from './usage.ts';
import { responseEnvelope } from './write-envelope.ts';
import { writeItems } from './write-items.ts';

/** Writes a whole `response` object. */
export function writeReply(reply: CollectedReply, context: ReplyContext): JsonObject {
  return {
    ...responseEnvelope(context),
    ...writeFinish(reply.finish ?? { reason: 'other' }),
    // The answer can be fetched later only under its provider's id.
    ...(isWaiting(reply.finish) && reply.id !== undefined && { id: reply.id, background: true, store: true }),
    output: writeItems(reply, context),
    ...(reply.usage && { usage: writeUsage(reply.usage) }),
  };
}
