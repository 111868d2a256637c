import type { JsonObject } from '../../core/json/json.ts';
import { argumentsText } from '../tools/arguments-text.ts';
import type { Emit } from '../replies/stream-reader.ts';
import { nameOf, objectOf } from '../fields/loose-fields.ts';

type OpenCall = {
  readonly index: number;
  /** Conclave's own if the provider has sent no id by the time the name arrives. */
  id: string | undefined;
  /** Whether the provider has sent the id. */
  hasSentId: boolean;
  name: string | undefined;
  held: string;
  hasArguments: boolean;
};

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
      return name === undefined || known.name === undefined ? known : undefined;
    if (id !== undefined) return known.id === id ? known : undefined;
    // Without an index and an id, only a name distinguishes the next call from the current one.
    return wireIndex === undefined && name !== undefined ? undefined : known;
  }

  function begin(wireIndex: number | undefined, id: string | undefined): OpenCall {
    const call: OpenCall = {
      index: nextBlock(),
      id,
      hasSentId: false,
      name: undefined,
      held: '',
      hasArguments: false,
    };
    seen = true;
    calls.push(call);
    if (wireIndex !== undefined) byWireIndex.set(wireIndex, call);
    return call;
  }

  function start(call: OpenCall, name: string): void {
    call.name = name;
    call.id ??= `call_${replyId()}_${call.index}`;
    emit({ type: 'tool-call-start', index: call.index, id: call.id, name });
    if (call.held !== '') emit({ type: 'tool-call-delta', index: call.index, text: call.held });
  }

  function readOne(delta: JsonObject): void {
    if (delta.type === 'custom' || delta.custom !== undefined) {
      // A call whose input is free text; other dialects cannot express it.
      const value = { delta: { tool_calls: [delta] } };
      emit({ type: 'opaque', index: nextBlock(), dialect: 'openai-chat', value });
      seen = true;
      return;
    }
    const wireIndex = typeof delta.index === 'number' ? delta.index : undefined;
    const id = nameOf(delta.id);
    const called = objectOf(delta.function);
    const name = nameOf(called.name);
    const call = find(wireIndex, id, name) ?? begin(wireIndex, id);
    last = call;
    call.id ??= id;
    call.hasSentId ||= id !== undefined;
    if (call.name === undefined && name !== undefined) start(call, name);
    const text = argumentsText(called);
    if (text === '') return;
    call.hasArguments = true;
    if (call.name === undefined) call.held += text;
    else emit({ type: 'tool-call-delta', index: call.index, text });
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
        if (call.name === undefined) start(call, '');
        if (call.hasArguments || (wasCut && call === last)) continue;
        emit({ type: 'tool-call-delta', index: call.index, text: '{}' });
      }
    },
  };
}
