import type { Reply } from '../../core/call.ts';
import { replyCollector } from '../../core/wire/collected-reply.ts';
import type { CachedReply } from '../../core/extension-points.ts';
import type { StreamPart } from '../../core/wire/stream-part.ts';
import type { CallRecord } from '../row/call-record.ts';
import { checkAnswer } from './check-answer.ts';
import { replyHead } from './reply-head.ts';
import type { Plugins } from '../services.ts';

/** Returns an earlier answer to the same question. Its row is written before it is sent. */
export async function servedReply(
  engine: Pick<Plugins, 'acceptance'>,
  record: CallRecord,
  cached: CachedReply,
): Promise<Reply> {
  const { model, provider, simulated, parts } = cached;
  record.warnings.push('answered from the cache');
  const { reply, add } = replyCollector();
  if (record.call.check) parts.forEach(add);
  await checkAnswer(engine, record, reply);
  await record.finish({ state: 'ok' });
  return {
    kind: 'parts',
    head: replyHead(record, { model, provider, simulated, headers: {}, attempts: 0 }),
    parts: once(parts),
    settled: record.settled,
  };
}

async function* once(parts: readonly StreamPart[]): AsyncGenerator<readonly StreamPart[]> {
  yield parts;
}
