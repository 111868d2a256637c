import type { CollectedReply, ReplyBlock } from '../../../core/wire/collected-reply.ts';
import type { ReplyContext } from '../../../core/wire/dialect.ts';
import { isJsonObject } from '../../../core/json/json.ts';
import type { JsonObject } from '../../../core/json/json.ts';
import { declaredTools } from '../../openai/freeform-tool.ts';
import { objectOf, textOf } from '../../fields/loose-fields.ts';
import { addCall, type WrittenCalls } from './add-call.ts';
import { appendTo } from './append-to.ts';
import { citedText } from './cited-text.ts';
import { writeFinishReason } from './finish-reason.ts';
import { furtherChoices } from './further-choices.ts';
import { callSignatures } from '../google-signature.ts';
import { writeRedacted, writeSignature } from '../reasoning-details.ts';
import { joinPiece } from './join-piece.ts';
import { writeImage } from './reply-pieces.ts';
import { writeUsage } from './usage.ts';

/** Writes a `chat.completion` object. */
export function writeReply(reply: CollectedReply, context: ReplyContext): JsonObject {
  const message: JsonObject = { role: 'assistant', content: null, refusal: null };
  const declared = declaredTools(context.request);
  let logprobs: JsonObject | null = null;
  const further: JsonObject[] = [];
  const signatures = callSignatures();
  const cited = citedText();
  for (const [at, block] of reply.blocks.entries()) {
    if (block.type === 'text') {
      cited.say(at, block.text);
      for (const citation of block.citations) cited.cite(at, citation);
    }
    if (block.type !== 'opaque') writeBlock(message, block, { declared, signatures });
    else if (block.dialect !== 'openai-chat') continue;
    else if (isJsonObject(block.value.choice)) further.push(block.value.choice);
    else if (isJsonObject(block.value.logprobs)) joinPiece((logprobs ??= {}), block.value.logprobs);
    else joinPiece(message, objectOf(block.value.delta));
  }
  for (const annotation of cited.rest()) appendTo(message, 'annotations', annotation);
  const finish_reason = writeFinishReason(
    reply.finish?.reason ?? 'other',
    message.function_call !== undefined,
  );
  const thought = reply.blocks.some(({ type }) => type === 'reasoning');
  return {
    id: context.id,
    object: 'chat.completion',
    created: Math.floor(context.createdAt / 1000),
    model: context.model,
    choices: [
      { index: 0, message, logprobs, finish_reason },
      ...furtherChoices(further, { replyId: context.id, declared }),
    ],
    ...(reply.usage && { usage: writeUsage(reply.usage, thought) }),
  };
}

function writeBlock(
  message: JsonObject,
  block: Exclude<ReplyBlock, { type: 'opaque' }>,
  written: WrittenCalls,
): void {
  switch (block.type) {
    case 'text':
      message.content = `${textOf(message.content)}${block.text}`;
      return;
    case 'reasoning': {
      const { text, signature, redacted } = block;
      if (text !== '') message.reasoning_content = `${textOf(message.reasoning_content)}${text}`;
      if (signature !== undefined) written.signatures.note(signature);
      if (signature !== undefined) appendTo(message, 'reasoning_details', writeSignature(signature, text));
      if (redacted !== undefined) appendTo(message, 'reasoning_details', writeRedacted(redacted));
      return;
    }
    case 'tool-call':
      return addCall(message, block, written);
    case 'refusal':
      message.refusal = `${textOf(message.refusal)}${block.text}`;
      return;
    case 'image':
      appendTo(message, 'images', writeImage(block.mediaType, block.data));
  }
}
