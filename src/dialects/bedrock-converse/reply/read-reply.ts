import { ConclaveError } from '../../../core/errors.ts';
import { isJsonObject } from '../../../core/json/json.ts';
import type { JsonObject } from '../../../core/json/json.ts';
import type { StreamPart } from '../../../core/wire/stream-part.ts';
import { objectOf, objectsOf, textOf } from '../../fields/loose-fields.ts';
import { countCalls, meantStopReason, type CountedCalls } from '../../replies/meant-stop-reason.ts';
import { schemaToolName, structuredText } from '../../tools/schema-tool.ts';
import { readCitation } from './citation.ts';
import { readMedia } from '../media.ts';
import { redactedOf } from '../redacted-content.ts';
import { finishReason } from './finish-reason.ts';
import { usageParts } from './usage.ts';
import { noMessage } from '../../failures/no-message.ts';

/** Reads a whole reply of Converse as parts. */
export function readReply(body: JsonObject): StreamPart[] {
  const { message } = objectOf(body.output);
  if (!isJsonObject(message))
    return [...usageParts(body), { type: 'error', error: noMessage(), counted: true }];
  const blocks = objectsOf(message.content);
  const calls = blocks.map(({ toolUse }) => objectOf(toolUse)).filter(isClientCall);
  return [
    { type: 'start' },
    ...blocks.flatMap(readBlock),
    ...usageParts(body),
    finishPart(textOf(body.stopReason), countCalls(calls.map(({ name }) => name))),
  ];
}

export function finishPart(stopReason: string, calls: CountedCalls): StreamPart {
  if (stopReason.startsWith('malformed_'))
    return { type: 'error', error: malformed(stopReason), counted: true };
  return { type: 'finish', ...finishReason.read(meantStopReason(stopReason, calls)) };
}

/** Whether the client must answer a call; Bedrock answers calls of its own tools itself. */
export function isClientCall({ toolUseId, type }: JsonObject): boolean {
  return toolUseId !== undefined && type !== 'server_tool_use';
}

/** Returns an image that the model generated. */
export function imagePart(index: number, image: JsonObject): StreamPart[] {
  const bytes = textOf(objectOf(image.source).bytes);
  const source = readMedia({ format: textOf(image.format), bytes });
  return bytes === '' || source.kind !== 'base64'
    ? []
    : [{ type: 'image', index, mediaType: source.mediaType, data: bytes }];
}

function readBlock(block: JsonObject, index: number): StreamPart[] {
  if (block.text !== undefined) return textParts(index, textOf(block.text));
  if (isJsonObject(block.reasoningContent)) return readReasoning(index, block.reasoningContent);
  if (isJsonObject(block.image)) return imagePart(index, block.image);
  if (isJsonObject(block.citationsContent)) {
    const { content, citations } = block.citationsContent;
    return [
      ...objectsOf(content).flatMap(({ text }) => textParts(index, textOf(text))),
      ...objectsOf(citations).map((raw): StreamPart => ({
        type: 'citation',
        index,
        citation: readCitation(raw),
      })),
    ];
  }
  const call = objectOf(block.toolUse);
  if (!isClientCall(call)) return [{ type: 'opaque', index, dialect: 'bedrock-converse', value: block }];
  const text = JSON.stringify(call.input ?? {});
  if (call.name === schemaToolName) return [structuredText(index, text)];
  return [
    { type: 'tool-call-start', index, id: textOf(call.toolUseId), name: textOf(call.name) },
    { type: 'tool-call-delta', index, text },
  ];
}

function readReasoning(index: number, content: JsonObject): StreamPart[] {
  const { text, signature } = objectOf(content.reasoningText);
  const parts: StreamPart[] = [];
  if (textOf(text) !== '') parts.push({ type: 'reasoning-delta', index, text: textOf(text) });
  if (textOf(signature) !== '')
    parts.push({ type: 'reasoning-signature', index, signature: textOf(signature) });
  const redacted = textOf(content.redactedContent);
  if (redacted !== '') parts.push({ type: 'reasoning-redacted', index, data: redactedOf(redacted) });
  return parts;
}

function textParts(index: number, text: string): StreamPart[] {
  return text === '' ? [] : [{ type: 'text-delta', index, text }];
}

/** `malformed_tool_use`, `malformed_model_output`: the answer so far cannot be used. */
function malformed(stopReason: string): ConclaveError {
  const why = `The model did not finish its answer (${stopReason}).`;
  return new ConclaveError('provider_invalid_reply', why);
}
