import { isJsonObject } from '../../core/json/json.ts';
import type { ReplyReader } from '../../core/wire/dialect.ts';
import type { JsonObject } from '../../core/json/json.ts';
import type { StreamPart } from '../../core/wire/stream-part.ts';
import { countOf, nameOf, objectOf, objectsOf, textOf } from '../loose-fields.ts';
import { schemaToolName, structuredText } from '../schema-tool.ts';
import { type Emit, type StreamInterpreter, streamReader } from '../stream-reader.ts';
import { readCitation } from './citation.ts';
import { errorOfEvent } from './errors.ts';
import { finishPart, imagePart, isClientCall, redactedOf } from './read-reply.ts';
import { usageParts } from './usage.ts';

/** A block that has begun with a tool's call or result; plain blocks need no state. */
type OpenBlock =
  | { readonly type: 'call'; readonly answer: boolean; empty: boolean }
  | { readonly type: 'opaque'; readonly start: JsonObject; json: string; readonly content: JsonObject[] };

/** Returns a reader for a stream. */
export function replyReader(): ReplyReader {
  return streamReader(converseInterpreter, 'aws-events');
}

/** Interprets ConverseStream's events. Usage comes after the stop event, so the finish part waits for it. */
function converseInterpreter(emit: Emit): StreamInterpreter {
  const open = new Map<number, OpenBlock>();
  let stopReason: string | undefined;
  let measured = false;
  let answers = 0;
  let calls = 0;

  function startBlock(index: number, start: JsonObject): void {
    const call = objectOf(start.toolUse);
    if (isClientCall(call)) {
      const answer = call.name === schemaToolName;
      open.set(index, { type: 'call', answer, empty: true });
      if (answer) answers += 1;
      else {
        calls += 1;
        emit({ type: 'tool-call-start', index, id: textOf(call.toolUseId), name: textOf(call.name) });
      }
    } else if (isJsonObject(start.toolUse) || isJsonObject(start.toolResult)) {
      open.set(index, { type: 'opaque', start, json: '', content: [] });
    }
  }

  function addDelta(index: number, delta: JsonObject): void {
    if (typeof delta.text === 'string') {
      if (delta.text !== '') emit({ type: 'text-delta', index, text: delta.text });
    } else if (isJsonObject(delta.toolUse)) addArguments(index, textOf(delta.toolUse.input));
    else if (isJsonObject(delta.reasoningContent)) readReasoning(index, delta.reasoningContent);
    else if (isJsonObject(delta.citation)) {
      emit({ type: 'citation', index, citation: readCitation(delta.citation) });
    } else if (isJsonObject(delta.image)) imagePart(index, delta.image).forEach(emit);
    else if (delta.toolResult !== undefined) {
      const block = open.get(index);
      if (block?.type === 'opaque') block.content.push(...objectsOf(delta.toolResult));
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

  function stopBlock(index: number): void {
    const block = open.get(index);
    open.delete(index);
    if (block?.type === 'call' && block.empty) {
      emit(argumentsPart(block, index, '{}'));
    }
    if (block?.type === 'opaque') {
      emit({ type: 'opaque', index, dialect: 'bedrock-converse', value: completed(block) });
    }
  }

  function finish(): void {
    if (stopReason !== undefined) emit(finishPart(stopReason, answers > 0 && calls === 0));
  }

  return {
    event(body, name) {
      switch (name) {
        case 'contentBlockDelta':
          return addDelta(countOf(body.contentBlockIndex), objectOf(body.delta));
        case 'contentBlockStart':
          return startBlock(countOf(body.contentBlockIndex), objectOf(body.start));
        case 'contentBlockStop':
          return stopBlock(countOf(body.contentBlockIndex));
        case 'messageStart':
          emit({ type: 'start' });
          return;
        case 'messageStop':
          stopReason = textOf(body.stopReason);
          if (measured) finish();
          return;
        case 'metadata':
          measured = true;
          usageParts(body).forEach(emit);
          finish();
          return;
        default:
          if (name !== undefined && /(Exception|Failure|Error)$/.test(name)) {
            emit({ type: 'error', error: errorOfEvent(name, body) });
          }
      }
    },
    end: finish,
  };
}

function argumentsPart({ answer }: { readonly answer: boolean }, index: number, text: string): StreamPart {
  return answer ? structuredText(index, text) : { type: 'tool-call-delta', index, text };
}

function completed({ start, json, content }: Extract<OpenBlock, { type: 'opaque' }>): JsonObject {
  if (isJsonObject(start.toolResult)) return { toolResult: { ...start.toolResult, content } };
  return { toolUse: { ...objectOf(start.toolUse), input: parsed(json) } };
}

function parsed(json: string): JsonObject[string] {
  try {
    // JSON.parse of a string yields a JSON value.
    return json === '' ? {} : (JSON.parse(json) as JsonObject[string]);
  } catch {
    return json;
  }
}
