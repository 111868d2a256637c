import type { JsonObject } from '../../../core/json/json.ts';
import { setOwnMember } from '../../../core/json/own-members.ts';
import { objectOf, objectsOf, textOf } from '../../fields/loose-fields.ts';
import { parsedOrText } from '../../tools/parsed-or-text.ts';
import { schemaToolName, structuredText } from '../../tools/schema-tool.ts';
import { proofIn } from '../../reasoning/sealed-reasoning.ts';
import type { CountedCalls } from '../../replies/meant-stop-reason.ts';
import type { Emit } from '../../replies/stream-reader.ts';
import { billedBlocks } from './billed-blocks.ts';
import { readCitation } from './citation.ts';
import { opaquePart } from './read-reply.ts';

/** Reads the blocks of a message, which may overlap. */
export type BlockReader = {
  start(index: number, block: JsonObject): void;
  add(index: number, delta: JsonObject): void;
  stop(index: number): void;
  /** The index after the last block. */
  nextIndex(): number;
  calls(): CountedCalls;
  ranCode(): boolean;
};

/** The open block, and what must be known of it when it ends. */
type OpenBlock =
  | { readonly type: 'plain' }
  /** `answer`: its arguments are the text of a structured answer. */
  | { readonly type: 'call'; readonly answer: boolean; readonly input: JsonObject; empty: boolean }
  | { readonly type: 'opaque'; readonly value: JsonObject; json: string };

export function blockReader(emit: Emit): BlockReader {
  const open = new Map<number, OpenBlock>();
  const billed = billedBlocks(emit);
  let nextIndex = 0;
  let ofClient = 0;
  let ofSchema = 0;

  function start(index: number, block: JsonObject): void {
    nextIndex = Math.max(nextIndex, index + 1);
    switch (block.type) {
      case 'text':
      case 'thinking':
        open.set(index, { type: 'plain' });
        add(index, { ...block, type: `${block.type}_delta` });
        if (proofIn(block.signature)) add(index, { ...block, type: 'signature_delta' });
        for (const raw of objectsOf(block.citations)) {
          emit({ type: 'citation', index, citation: readCitation(raw) });
        }
        return;
      case 'redacted_thinking':
        open.set(index, { type: 'plain' });
        return emit({ type: 'reasoning-redacted', index, data: textOf(block.data) });
      case 'tool_use':
        return startCall(index, block);
      default:
        billed.note(block);
        open.set(index, { type: 'opaque', value: { ...block }, json: '' });
    }
  }

  function startCall(index: number, { id, name, input }: JsonObject): void {
    const answer = name === schemaToolName;
    open.set(index, { type: 'call', answer, input: objectOf(input), empty: true });
    if (answer) ofSchema += 1;
    else {
      ofClient += 1;
      emit({ type: 'tool-call-start', index, id: textOf(id), name: textOf(name) });
    }
  }

  function add(index: number, delta: JsonObject): void {
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

  function stop(index: number): void {
    const block = open.get(index);
    open.delete(index);
    // A call without arguments sends no deltas; its input is then the one in its start event, usually `{}`.
    if (block?.type === 'call' && block.empty) addArguments(index, block, JSON.stringify(block.input));
    if (block?.type === 'opaque') opaquePart(index, completed(block)).forEach(emit);
  }

  return {
    start,
    add,
    stop,
    nextIndex: () => nextIndex,
    calls: () => ({ ofClient, ofSchema }),
    ranCode: () => billed.ranCode(),
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
    const isLonger = typeof before === 'string' && typeof value === 'string';
    setOwnMember(block.value, member, isLonger ? before + value : value);
  }
}

function completed({ value, json }: Extract<OpenBlock, { type: 'opaque' }>): JsonObject {
  return json === '' ? value : { ...value, input: parsedOrText(json) };
}
