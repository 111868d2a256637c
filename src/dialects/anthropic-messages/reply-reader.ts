import type { ReplyReader } from '../../core/wire/dialect.ts';
import type { JsonObject } from '../../core/json/json.ts';
import { countOf, objectOf, objectsOf, textOf } from '../loose-fields.ts';
import { schemaToolName, structuredText } from '../schema-tool.ts';
import { proofIn } from '../sealed-reasoning.ts';
import { type Emit, type StreamInterpreter, streamReader } from '../stream-reader.ts';
import { readCitation } from './citation.ts';
import { errorOf } from './read-error.ts';
import { finishPart, keptParts, opaquePart, refusalParts, remarks, startPart } from './read-reply.ts';
import { mergeUsage, runsCode, usageParts } from './usage.ts';

/** The open block, and what must be known of it when it ends. */
type OpenBlock =
  | { readonly type: 'plain' }
  /** `answer`: its arguments are the text of a structured answer. */
  | { readonly type: 'call'; readonly answer: boolean; readonly input: JsonObject; empty: boolean }
  | { readonly type: 'opaque'; readonly value: JsonObject; json: string };

/** Returns a reader for a stream. */
export function replyReader(): ReplyReader {
  return streamReader(messageInterpreter);
}

/** Interprets Anthropic's events. Usage is cumulative, so each report replaces the one before. */
function messageInterpreter(emit: Emit): StreamInterpreter {
  const open = new Map<number, OpenBlock>();
  let usage: JsonObject = {};
  let blocks = 0;
  let stopReason = '';
  let stopDetails: JsonObject[string];
  let answers = 0;
  let calls = 0;
  let ranCode = false;

  function startBlock(index: number, block: JsonObject): void {
    switch (block.type) {
      case 'text':
      case 'thinking':
        open.set(index, { type: 'plain' });
        addDelta(index, { ...block, type: `${block.type}_delta` });
        if (proofIn(block.signature)) addDelta(index, { ...block, type: 'signature_delta' });
        for (const raw of objectsOf(block.citations)) {
          emit({ type: 'citation', index, citation: readCitation(raw) });
        }
        return;
      case 'redacted_thinking':
        open.set(index, { type: 'plain' });
        emit({ type: 'reasoning-redacted', index, data: textOf(block.data) });
        return;
      case 'tool_use': {
        const answer = block.name === schemaToolName;
        open.set(index, { type: 'call', answer, input: objectOf(block.input), empty: true });
        if (answer) answers += 1;
        else {
          calls += 1;
          emit({ type: 'tool-call-start', index, id: textOf(block.id), name: textOf(block.name) });
        }
        return;
      }
      default:
        ranCode ||= runsCode(block);
        open.set(index, { type: 'opaque', value: { ...block }, json: '' });
    }
  }

  function addDelta(index: number, delta: JsonObject): void {
    const block = open.get(index);
    if (block?.type === 'opaque') return addToOpaque(block, delta);
    switch (delta.type) {
      case 'text_delta':
        if (delta.text) emit({ type: 'text-delta', index, text: textOf(delta.text) });
        return;
      case 'thinking_delta':
        if (delta.thinking) emit({ type: 'reasoning-delta', index, text: textOf(delta.thinking) });
        return;
      case 'signature_delta':
        if (proofIn(delta.signature))
          emit({ type: 'reasoning-signature', index, signature: textOf(delta.signature) });
        return;
      case 'input_json_delta':
        if (delta.partial_json) addArguments(index, block, textOf(delta.partial_json));
        return;
      case 'citations_delta':
        emit({ type: 'citation', index, citation: readCitation(objectOf(delta.citation)) });
    }
  }

  function addArguments(index: number, block: OpenBlock | undefined, text: string): void {
    if (block?.type !== 'call') return;
    block.empty = false;
    emit(block.answer ? structuredText(index, text) : { type: 'tool-call-delta', index, text });
  }

  function stopBlock(index: number): void {
    const block = open.get(index);
    open.delete(index);
    // A call without arguments sends no deltas; its input is then the one in its start event, usually `{}`.
    if (block?.type === 'call' && block.empty) {
      addArguments(index, block, JSON.stringify(block.input));
    }
    if (block?.type === 'opaque') opaquePart(index, completed(block)).forEach(emit);
  }

  return {
    event(body) {
      switch (body.type) {
        case 'content_block_delta':
          return addDelta(countOf(body.index), objectOf(body.delta));
        case 'content_block_start':
          blocks = Math.max(blocks, countOf(body.index) + 1);
          return startBlock(countOf(body.index), objectOf(body.content_block));
        case 'content_block_stop':
          return stopBlock(countOf(body.index));
        case 'message_start': {
          const message = objectOf(body.message);
          usage = objectOf(message.usage);
          emit(startPart(message));
          usageParts(message.usage, ranCode).forEach(emit);
          keptParts(message.container).forEach(emit);
          return;
        }
        case 'message_delta':
          usage = mergeUsage(usage, objectOf(body.usage));
          stopReason = textOf(objectOf(body.delta).stop_reason) || stopReason;
          stopDetails = objectOf(body.delta).stop_details ?? stopDetails;
          usageParts(body.usage && usage, ranCode).forEach(emit);
          keptParts(objectOf(body.delta).container).forEach(emit);
          return;
        case 'message_stop':
          refusalParts(blocks, { stop_reason: stopReason, stop_details: stopDetails }).forEach(emit);
          remarks(usage, stopDetails).forEach(emit);
          emit(finishPart(stopReason, answers > 0 && calls === 0));
          return;
        case 'error':
          emit({ type: 'error', error: errorOf(body) });
      }
    },
    end() {},
    forgetsText: true,
  };
}

/**
 * Applies a delta to a block of an unknown type: JSON is collected, text is appended, anything else replaces the old
 * value.
 */
function addToOpaque(block: Extract<OpenBlock, { type: 'opaque' }>, delta: JsonObject): void {
  if (delta.type === 'input_json_delta') {
    block.json += textOf(delta.partial_json);
    return;
  }
  for (const [member, value] of Object.entries(delta)) {
    if (member === 'type') continue;
    const before = block.value[member];
    block.value[member] = typeof before === 'string' && typeof value === 'string' ? before + value : value;
  }
}

function completed({ value, json }: Extract<OpenBlock, { type: 'opaque' }>): JsonObject {
  if (json === '') return value;
  try {
    // JSON.parse of a string yields a JSON value.
    return { ...value, input: JSON.parse(json) as JsonObject[string] };
  } catch {
    return { ...value, input: json };
  }
}
