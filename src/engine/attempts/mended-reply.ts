import type { StreamPart } from '../../core/stream-part.ts';
import type { Chunk } from '../replies/reply-chunks.ts';
import { withToolNames } from './short-tool-names.ts';
import { OnlyOneCall } from './only-one-call.ts';
import { OnlyStructured } from './only-structured.ts';
import type { WrittenRequest } from './wire-request.ts';

/** Takes the parts of one reply in their order, and gives those that the client shall see. */
export type Mend = (parts: readonly StreamPart[]) => StreamPart[];

/**
 * What was done to a request so that its model could take it, undone in the reply, and what its client cannot take, left out.
 * `undefined`: neither is needed.
 */
export function mendOf({
  toolNames,
  answersByTool,
  oneCall,
}: Pick<WrittenRequest, 'toolNames' | 'answersByTool' | 'oneCall'>): Mend | undefined {
  const alone = answersByTool ? new OnlyStructured() : undefined;
  const first = oneCall ? new OnlyOneCall() : undefined;
  if (!toolNames && !alone && !first) return undefined;
  return (parts) => {
    const named = toolNames ? withToolNames(parts, toolNames) : [...parts];
    const answer = alone ? alone.read(named) : named;
    return first ? first.read(answer) : answer;
  };
}

/** The pieces of a stream, mended one by one. */
export function mendedChunks(chunks: AsyncIterator<Chunk>, mend: Mend): AsyncIterator<Chunk> {
  return {
    async next() {
      const next = await chunks.next();
      if (next.done) return next;
      return { done: false, value: { bytes: next.value.bytes, parts: mend(next.value.parts) } };
    },
    return: async () => (await chunks.return?.()) ?? { done: true, value: undefined },
  };
}
