import type { CollectedReply } from '../../core/collected-reply.ts';
import type { ReplyContext } from '../../core/dialect.ts';
import type { JsonObject } from '../../core/json.ts';
import { writeFinish } from './finish.ts';
import { writeUsage } from './usage.ts';
import { responseEnvelope } from './write-envelope.ts';
import { writeItems } from './write-items.ts';

/** Writes a whole `response` object. */
export function writeReply(reply: CollectedReply, context: ReplyContext): JsonObject {
  return {
    ...responseEnvelope(context),
    ...writeFinish(reply.finish?.reason ?? 'other'),
    output: writeItems(reply, context.id),
    ...(reply.usage && { usage: writeUsage(reply.usage) }),
  };
}
