import type { CollectedReply, ReasoningBlock, ReplyBlock } from '../../../core/wire/collected-reply.ts';
import type { JsonObject } from '../../../core/json/json.ts';
import { argumentsObject } from '../../tools/parse-arguments.ts';
import { writeCitation } from './citation.ts';
import { writeMedia } from '../media.ts';
import { redactedContent } from '../redacted-content.ts';
import { finishReason } from './finish-reason.ts';
import { writeUsage } from './usage.ts';

/** Writes a whole reply for a client. */
export function writeReply({ blocks, finish = { reason: 'other' }, usage }: CollectedReply): JsonObject {
  const refused = blocks.some(({ type }) => type === 'refusal');
  return {
    output: {
      message: {
        role: 'assistant',
        content: blocks.map(writeBlock).filter((block) => block !== undefined),
      },
    },
    stopReason: refused ? 'content_filtered' : finishReason.write(finish),
    ...(usage && { usage: writeUsage(usage) }),
    metrics: { latencyMs: 0 },
  };
}

function writeBlock(block: ReplyBlock): JsonObject | undefined {
  switch (block.type) {
    case 'text': {
      if (block.citations.length === 0) return { text: block.text };
      const citations = block.citations.map(writeCitation);
      return { citationsContent: { content: [{ text: block.text }], citations } };
    }
    case 'refusal':
      return { text: block.text };
    case 'reasoning':
      return { reasoningContent: writeReasoning(block) };
    case 'tool-call': {
      const input = argumentsObject(block.arguments);
      return { toolUse: { toolUseId: block.id, name: block.name, input } };
    }
    case 'image':
      return {
        image: writeMedia({ kind: 'base64', mediaType: block.mediaType, data: block.data }, 'An image'),
      };
    case 'opaque':
      return block.dialect === 'bedrock-converse' ? block.value : undefined;
  }
}

function writeReasoning({ text, signature, redacted }: ReasoningBlock): JsonObject {
  if (redacted !== undefined) return redactedContent(redacted);
  return { reasoningText: { text, ...(signature !== undefined && { signature }) } };
}
