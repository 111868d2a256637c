import type { CollectedReply, ReplyBlock } from '../../../core/wire/collected-reply.ts';
import type { ReplyContext } from '../../../core/wire/dialect.ts';
import type { JsonObject } from '../../../core/json/json.ts';
import { noUsage } from '../../../core/money/usage.ts';
import { noProof } from '../../reasoning/sealed-reasoning.ts';
import { argumentsObject } from '../../tools/parse-arguments.ts';
import { writeCitation } from './citation.ts';
import { finishReason } from './finish-reason.ts';
import { writeUsage } from './usage.ts';

/** Writes a whole message for a client. */
export function writeReply(reply: CollectedReply, context: ReplyContext): JsonObject {
  const { blocks, finish = { reason: 'other' }, usage = noUsage } = reply;
  const refusal = blocks.flatMap((block) => (block.type === 'refusal' ? [block.text] : [])).join('');
  const explained = finish.raw === 'refusal' && refusal !== '';
  const shown = explained ? blocks.filter(({ type }) => type !== 'refusal') : blocks;
  return {
    ...emptyReply(context),
    content: shown.map(writeBlock).filter((block) => block !== undefined),
    stop_reason: refusal === '' ? finishReason.write(finish) : 'refusal',
    ...(explained && stopDetails(refusal)),
    ...(reply.container && { container: reply.container }),
    usage: writeUsage(usage),
  };
}

/** Writes the explanation of a refusal in the field in which Anthropic sends it. */
export function stopDetails(explanation: string): JsonObject {
  return { stop_details: { type: 'refusal', category: null, explanation } };
}

/** Writes a message without content, with which a stream starts. */
export function emptyReply({ id, model }: ReplyContext): JsonObject {
  return {
    id: messageId(id),
    type: 'message',
    role: 'assistant',
    model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
  };
}

/** Returns the text that replaces an image, which Anthropic's messages cannot hold. */
export function imageNote(mediaType: string): string {
  return `[The model answered with an image (${mediaType}), which this API cannot carry.]`;
}

function messageId(id: string): string {
  return id.startsWith('msg_') ? id : `msg_${id.replace(/[^a-zA-Z0-9_-]/g, '_')}`;
}

function writeBlock(block: ReplyBlock): JsonObject | undefined {
  switch (block.type) {
    case 'text': {
      const citations = block.citations.map(writeCitation);
      return { type: 'text', text: block.text, ...(citations.length > 0 && { citations }) };
    }
    case 'refusal':
      return { type: 'text', text: block.text };
    case 'reasoning':
      if (block.redacted !== undefined) return { type: 'redacted_thinking', data: block.redacted };
      return { type: 'thinking', thinking: block.text, signature: block.signature ?? noProof };
    case 'tool-call':
      return { type: 'tool_use', id: block.id, name: block.name, input: argumentsObject(block.arguments) };
    case 'image':
      return { type: 'text', text: imageNote(block.mediaType) };
    case 'opaque':
      return block.dialect === 'anthropic-messages' ? block.value : undefined;
  }
}
