import { replyCollector, type CollectedReply } from '../../src/core/wire/collected-reply.ts';
import type { StreamPart } from '../../src/core/wire/stream-part.ts';

/** The whole answer that these parts are. */
export function collected(parts: readonly StreamPart[]): CollectedReply {
  const { reply, add } = replyCollector();
  for (const part of parts) add(part);
  return reply;
}
