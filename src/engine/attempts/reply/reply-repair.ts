import type { ModelRequest } from '../../../core/wire/request.ts';
import { nextOf, over, readyIterator, type ReadyIterator } from '../../../core/streams/ready-iterator.ts';
import type { StreamPart } from '../../../core/wire/stream-part.ts';
import type { Chunk } from './chunk.ts';
import { uniqueCallIds } from '../request/unique-call-ids.ts';
import { RestoreProperties } from '../request/fitting-properties.ts';
import { withToolNames } from '../request/fitting-tool-names.ts';
import { KeepFirstCall } from './keep-first-call.ts';
import { KeepStructured } from './keep-structured.ts';
import { offeredNames } from './offered-names.ts';
import type { WrittenRequest } from '../request/write-in-dialect.ts';

/** Takes the parts of one reply in their order, and returns those that the client is to see. */
export type ReplyRepair = (parts: readonly StreamPart[]) => readonly StreamPart[];

/**
 * Returns a repair that undoes in the reply what was changed in the request for the model, makes call ids unique, gives
 * calls the names of the tools that they mean, and leaves out what the client cannot accept; `undefined` if none is needed.
 * A relayed reply reaches its client as it came.
 */
export function replyRepair(
  written: Pick<WrittenRequest, 'toolNames' | 'properties' | 'answersByTool' | 'oneCall'>,
  { request, relayed }: { readonly request: ModelRequest; readonly relayed: boolean },
): ReplyRepair | undefined {
  const { toolNames, properties, answersByTool, oneCall } = written;
  const restored = properties ? new RestoreProperties(properties) : undefined;
  const alone = answersByTool ? new KeepStructured() : undefined;
  const first = oneCall ? new KeepFirstCall() : undefined;
  const mayCall = !relayed && request.tools !== undefined && request.tools.length > 0;
  const withUniqueIds = mayCall ? uniqueCallIds(request) : undefined;
  const withOffered = mayCall ? offeredNames(request, toolNames) : undefined;
  const shaped = request.output !== undefined;
  if (!shaped && !toolNames && !restored && !alone && !first && !withUniqueIds) return undefined;
  return (parts) => {
    const known = restored ? restored.read(parts) : parts;
    const distinct = withUniqueIds ? withUniqueIds(known) : known;
    const offered = withOffered ? withOffered(distinct) : distinct;
    const named = toolNames ? withToolNames(offered, toolNames) : offered;
    const spoken = shaped ? commentaryApart(named) : named;
    const answer = alone ? alone.read(spoken) : spoken;
    return first ? first.read(answer) : answer;
  };
}

/** If an output format was asked for, only the answer may be its text: commentary becomes visible reasoning. */
function commentaryApart(parts: readonly StreamPart[]): readonly StreamPart[] {
  return parts.flatMap((part): StreamPart[] => {
    if (part.type !== 'text-delta' || !part.commentary) return [part];
    // The break before the answer belongs to neither.
    return part.commentary === 'break'
      ? []
      : [{ type: 'reasoning-delta', index: part.index, text: part.text }];
  });
}

/** Repairs the pieces of a stream one by one, each as soon as it is available. */
export function repairedChunks(chunks: AsyncIterator<Chunk>, mend: ReplyRepair): ReadyIterator<Chunk> {
  const source = readyIterator(chunks);
  const mended: ReadyIterator<Chunk> = {
    ready() {
      const next = source.ready();
      if (next === undefined || next.done) return next;
      const { bytes, parts } = next.value;
      return { done: false, value: { bytes, parts: mend(parts) } };
    },
    arrival: () => source.arrival(),
    next: () => nextOf(mended),
    return: async () => (await source.return?.()) ?? over,
  };
  return mended;
}
