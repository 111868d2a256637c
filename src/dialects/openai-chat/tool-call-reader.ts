import type { JsonObject } from '../../core/json/json.ts';
import { isJsonObject } from '../../core/json/json.ts';
import { freeformArguments, freeformBeginning, freeformEnd } from '../openai/freeform-tool.ts';
import { argumentsText } from '../tools/arguments-text.ts';
import type { Emit } from '../replies/stream-reader.ts';
import { nameOf, objectOf, objectsOf, textOf } from '../fields/loose-fields.ts';
import { sealBeside, signatureBeside, type SignatureBeside } from './google-signature.ts';

type OpenCall = {
  readonly number: number;
  /** Its block, as soon as its name is known. */
  index: number | undefined;
  /** Conclave's own if the provider has sent no id by the time the name arrives. */
  id: string | undefined;
  /** Whether the provider has sent the id. */
  hasSentId: boolean;
  /** A custom tool's call: its text becomes the one argument of a function. */
  isCustom: boolean;
  signature: SignatureBeside | undefined;
  held: string;
  hasArguments: boolean;
};

/** Returns the pieces of calls in a delta or a message, with that of a call in the older form. */
export function callPieces({ tool_calls: calls, function_call: called }: JsonObject): JsonObject[] {
  const pieces = objectsOf(calls);
  return isJsonObject(called) ? [...pieces, { index: 0, function: called }] : pieces;
}

/**
 * Assembles tool calls from deltas. Providers differ: calls come whole or in pieces, without an index, all with index
 * 0, without an id, or with the name repeated or late.
 */
export function toolCallReader(
  emit: Emit,
  { nextBlock, replyId }: { readonly nextBlock: () => number; readonly replyId: () => string },
) {
  const byWireIndex = new Map<number, OpenCall>();
  let last: OpenCall | undefined;
  const calls: OpenCall[] = [];
  let seen = false;

  function find(wireIndex: number | undefined, id: string | undefined, name: string | undefined) {
    const known = wireIndex === undefined ? last : byWireIndex.get(wireIndex);
    if (known === undefined) return undefined;
    if (id !== undefined && !known.hasSentId)
      return name === undefined || known.index === undefined ? known : undefined;
    if (id !== undefined) return known.id === id ? known : undefined;
    // Without an index and an id, only a name distinguishes the next call from the current one.
    return wireIndex === undefined && name !== undefined ? undefined : known;
  }

  function begin(wireIndex: number | undefined, id: string | undefined): OpenCall {
    const call: OpenCall = {
      number: calls.length,
      index: undefined,
      id,
      hasSentId: false,
      isCustom: false,
      signature: undefined,
      held: '',
      hasArguments: false,
    };
    seen = true;
    calls.push(call);
    if (wireIndex !== undefined) byWireIndex.set(wireIndex, call);
    return call;
  }

  function start(call: OpenCall, name: string): void {
    const callId = (call.id ??= `call_${replyId()}_${call.number}`);
    if (call.signature !== undefined) {
      const signature = sealBeside(call.signature, callId);
      emit({ type: 'reasoning-signature', index: nextBlock(), signature });
    }
    call.index = nextBlock();
    emit({ type: 'tool-call-start', index: call.index, id: callId, name });
    if (call.held !== '') emit({ type: 'tool-call-delta', index: call.index, text: call.held });
  }

  function add(call: OpenCall, text: string): void {
    if (text === '') return;
    call.hasArguments = true;
    if (call.index === undefined) call.held += text;
    else emit({ type: 'tool-call-delta', index: call.index, text });
  }

  function addInput(call: OpenCall, text: string): void {
    if (text === '') return;
    const beginning = call.hasArguments ? '' : freeformBeginning;
    add(call, beginning + JSON.stringify(text).slice(1, -1));
  }

  function readOne(delta: JsonObject): void {
    const wireIndex = typeof delta.index === 'number' ? delta.index : undefined;
    const id = nameOf(delta.id);
    const isCustom = delta.type === 'custom' || isJsonObject(delta.custom);
    const called = objectOf(isCustom ? delta.custom : delta.function);
    const name = nameOf(called.name);
    const call = find(wireIndex, id, name) ?? begin(wireIndex, id);
    last = call;
    call.id ??= id;
    call.hasSentId ||= id !== undefined;
    call.isCustom ||= isCustom;
    call.signature ??= signatureBeside(delta);
    if (call.index === undefined && name !== undefined) start(call, name);
    if (isCustom) addInput(call, textOf(called.input));
    else add(call, argumentsText(called));
  }

  /** Returns what completes the JSON of a call's arguments. */
  function restOf({ isCustom, hasArguments }: OpenCall): string {
    if (isCustom) return hasArguments ? freeformEnd : freeformArguments('');
    return hasArguments ? '' : '{}';
  }

  return {
    // A method: V8 keeps the getters of an object literal, and with them this reader, until a full collection.
    sawCalls: () => seen,
    read(deltas: readonly JsonObject[]): void {
      for (const delta of deltas) readOne(delta);
    },
    /**
     * A call that never got a name is still reported: the client decides what to do with it. A call without arguments
     * gets an empty object, which clients can parse; not the last one of an answer that was cut.
     */
    end(wasCut: boolean): void {
      for (const call of calls) {
        if (call.index === undefined) start(call, '');
        if (!wasCut || call !== last) add(call, restOf(call));
      }
    },
  };
}
