import { appendAll } from '../../core/lists/append-all.ts';
import type { Reply } from '../../core/call.ts';
import { replyCollector, type CollectedReply } from '../../core/wire/collected-reply.ts';
import type { ModelRequest } from '../../core/wire/request.ts';
import type { StreamPart } from '../../core/wire/stream-part.ts';
import { partsOf } from './step-call.ts';

/** A step's reply, read to its end or to the first part that is passed on as it arrives. */
export type ReadAhead =
  | { readonly parts: readonly StreamPart[]; readonly reply: CollectedReply }
  | { readonly begun: AsyncIterable<readonly StreamPart[]> };

/**
 * Holds a reply back as long as another may be given in its place.
 * @throws the reply's own error, if it carries one before it is passed on.
 */
export async function holdBackAnswer(
  reply: Reply,
  goesOut: (part: StreamPart) => boolean,
): Promise<ReadAhead> {
  const collector = replyCollector();
  const held: StreamPart[] = [];
  const rest = partsOf(reply)[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await rest.next();
      if (next.done) break;
      appendAll(held, next.value);
      if (next.value.some(goesOut)) return { begun: behind(held, rest) };
      for (const part of next.value) collector.add(part);
    }
  } catch (thrown) {
    await rest.return?.();
    throw thrown;
  }
  return { parts: held, reply: collector.reply };
}

/**
 * Whether a client reads this part as it arrives: no JSON, no tool arguments, and no refusal. Reasoning keeps a client
 * waiting longest, so it is not held back, even though the answer that follows can then not be replaced.
 */
export function isReadAtOnce({ stream, output }: ModelRequest): (part: StreamPart) => boolean {
  return ({ type }) => stream && output === undefined && spoken.has(type);
}

const spoken: ReadonlySet<StreamPart['type']> = new Set(['text-delta', 'reasoning-delta', 'image', 'opaque']);

async function* behind(
  held: readonly StreamPart[],
  rest: AsyncIterator<readonly StreamPart[]>,
): AsyncGenerator<readonly StreamPart[]> {
  try {
    yield held;
    for (;;) {
      const next = await rest.next();
      if (next.done) return;
      yield next.value;
    }
  } finally {
    await rest.return?.();
  }
}
