import type {
  CollectedReply,
  ReasoningBlock,
  ReplyBlock,
  ReplyFinish,
} from '../../../core/wire/collected-reply.ts';
import type { ReplyContext } from '../../../core/wire/dialect.ts';
import type { JsonObject } from '../../../core/json/json.ts';
import type { BlockPart } from '../../../core/wire/stream-part.ts';
import type { Usage } from '../../../core/money/usage.ts';
import { writeCitations } from './citation.ts';
import { finishReason } from './finish-reason.ts';
import { partsWriter, type PartsWriter } from './parts-writer.ts';
import { writeUsage } from './usage.ts';

/** Writes a whole reply for a client: the content of a stream, in one piece. */
export function writeReply(reply: CollectedReply, context: ReplyContext): JsonObject {
  const { blocks, finish = { reason: 'other' }, usage } = reply;
  const writer = partsWriter();
  const parts = blocks.flatMap(partsOf).flatMap((part) => writer.write(part));
  return writeEnvelope([...parts, ...writer.rest()], context, { finish, usage, ...writer.end });
}

/** What is known only at the end of a reply. */
type End = PartsWriter['end'] & {
  readonly finish: ReplyFinish;
  readonly usage: Usage | undefined;
};

/** Writes parts of Gemini's as a reply; all events of a stream but the last one lack the end. */
export function writeEnvelope(parts: JsonObject[], { id, model }: ReplyContext, end?: End): JsonObject {
  const word = end && (end.refused ? 'SAFETY' : finishReason.write(end.finish));
  return {
    candidates: [
      {
        content: { role: 'model', parts },
        ...(word && { finishReason: word }),
        ...writeCitations(end?.citations ?? []),
        index: 0,
      },
    ],
    ...(end?.usage && { usageMetadata: writeUsage(end.usage) }),
    modelVersion: model,
    responseId: id,
  };
}

/** Returns a collected block as stream parts. */
function partsOf(block: ReplyBlock, index: number): BlockPart[] {
  switch (block.type) {
    case 'text':
      return [
        { type: 'text-delta', index, text: block.text },
        ...block.citations.map((citation) => ({ type: 'citation', index, citation }) as const),
      ];
    case 'refusal':
      return [{ type: 'refusal-delta', index, text: block.text }];
    case 'reasoning':
      return reasoningParts(block, index);
    case 'tool-call':
      return [
        { type: 'tool-call-start', index, id: block.id, name: block.name },
        { type: 'tool-call-delta', index, text: block.arguments },
      ];
    default:
      return [block];
  }
}

function reasoningParts({ text, signature, redacted }: ReasoningBlock, index: number): BlockPart[] {
  const parts: BlockPart[] = text === '' ? [] : [{ type: 'reasoning-delta', index, text }];
  if (signature !== undefined) parts.push({ type: 'reasoning-signature', index, signature });
  if (redacted !== undefined) parts.push({ type: 'reasoning-redacted', index, data: redacted });
  return parts;
}
