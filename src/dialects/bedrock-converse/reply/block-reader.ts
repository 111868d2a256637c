import { appendAll } from '../../../core/lists/append-all.ts';
import { isJsonObject } from '../../../core/json/json.ts';
import type { JsonObject } from '../../../core/json/json.ts';
import type { StreamPart } from '../../../core/wire/stream-part.ts';
import { nameOf, objectOf, objectsOf, textOf } from '../../fields/loose-fields.ts';
import { parsedOrText } from '../../tools/parsed-or-text.ts';
import { schemaToolName, structuredText } from '../../tools/schema-tool.ts';
import type { CountedCalls } from '../../replies/meant-stop-reason.ts';
import type { Emit } from '../../replies/stream-reader.ts';
import { redactedOf } from '../redacted-content.ts';
import { readCitation } from './citation.ts';
import { imagePart, isClientCall } from './read-reply.ts';

/** Reads the blocks of a message. */
export type BlockReader = {
  start(index: number, opening: JsonObject): void;
  add(index: number, delta: JsonObject): void;
  stop(index: number): void;
  calls(): CountedCalls;
};

/** A block that has begun with a tool's call or result; plain blocks need no state. */
type OpenBlock =
  | { readonly type: 'call'; readonly answer: boolean; empty: boolean }
  | { readonly type: 'opaque'; readonly start: JsonObject; json: string; readonly content: JsonObject[] };

export function blockReader(emit: Emit): BlockReader {
  const open = new Map<number, OpenBlock>();
  let ofClient = 0;
  let ofSchema = 0;

  function start(index: number, opening: JsonObject): void {
    const call = objectOf(opening.toolUse);
    if (isClientCall(call)) {
      const answer = call.name === schemaToolName;
      open.set(index, { type: 'call', answer, empty: true });
      if (answer) ofSchema += 1;
      else {
        ofClient += 1;
        emit({ type: 'tool-call-start', index, id: textOf(call.toolUseId), name: textOf(call.name) });
      }
    } else if (isJsonObject(opening.toolUse) || isJsonObject(opening.toolResult)) {
      open.set(index, { type: 'opaque', start: opening, json: '', content: [] });
    }
  }

  function add(index: number, delta: JsonObject): void {
    if (typeof delta.text === 'string') {
      if (delta.text !== '') emit({ type: 'text-delta', index, text: delta.text });
    } else if (isJsonObject(delta.toolUse)) addArguments(index, textOf(delta.toolUse.input));
    else if (isJsonObject(delta.reasoningContent)) readReasoning(index, delta.reasoningContent);
    else if (isJsonObject(delta.citation)) {
      emit({ type: 'citation', index, citation: readCitation(delta.citation) });
    } else if (isJsonObject(delta.image)) imagePart(index, delta.image).forEach(emit);
    else if (delta.toolResult !== undefined) {
      const block = open.get(index);
      if (block?.type === 'opaque') appendAll(block.content, objectsOf(delta.toolResult));
    }
  }

  function addArguments(index: number, text: string): void {
    const block = open.get(index);
    if (block === undefined || text === '') return;
    if (block.type === 'opaque') block.json += text;
    else {
      block.empty = false;
      emit(argumentsPart(block, index, text));
    }
  }

  function readReasoning(index: number, content: JsonObject): void {
    const { text, signature, redactedContent } = content;
    if (nameOf(text)) emit({ type: 'reasoning-delta', index, text: textOf(text) });
    if (nameOf(signature)) emit({ type: 'reasoning-signature', index, signature: textOf(signature) });
    if (nameOf(redactedContent)) {
      emit({ type: 'reasoning-redacted', index, data: redactedOf(textOf(redactedContent)) });
    }
  }

  function stop(index: number): void {
    const block = open.get(index);
    open.delete(index);
    if (block?.type === 'call' && block.empty) {
      emit(argumentsPart(block, index, '{}'));
    }
    if (block?.type === 'opaque') {
      emit({ type: 'opaque', index, dialect: 'bedrock-converse', value: completed(block) });
    }
  }

  return { start, add, stop, calls: () => ({ ofClient, ofSchema }) };
}

function argumentsPart({ answer }: { readonly answer: boolean }, index: number, text: string): StreamPart {
  return answer ? structuredText(index, text) : { type: 'tool-call-delta', index, text };
}

function completed({ start, json, content }: Extract<OpenBlock, { type: 'opaque' }>): JsonObject {
  if (isJsonObject(start.toolResult)) return { toolResult: { ...start.toolResult, content } };
  return { toolUse: { ...objectOf(start.toolUse), input: json === '' ? {} : parsedOrText(json) } };
}
