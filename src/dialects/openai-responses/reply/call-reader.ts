import type { JsonObject } from '../../../core/json/json.ts';
import { freeformArguments, freeformBeginning, freeformEnd } from '../../openai/freeform-tool.ts';
import { nameOf, textOf } from '../../fields/loose-fields.ts';
import { argumentsText } from '../../tools/arguments-text.ts';
import type { Emit } from '../../replies/stream-reader.ts';
import { missingRest } from './missing-rest.ts';

/** The call of one item. */
export type ItemCall = {
  /** Absent until the call's name is known. */
  call?: OpenCall;
  /** All arguments, or all text of a custom tool's call, as an event of their own tells them. */
  whole?: string;
};

type OpenCall = {
  readonly block: number;
  readonly item: ItemCall;
  /** The item with which the call began: announced, or finished already. */
  readonly begun: JsonObject;
  arguments: string;
  /** The text of a custom tool's call that has arrived so far. */
  input?: string;
};

/** Reads tool calls: from deltas, and from the finished item what no delta has brought. */
export type CallReader = {
  start(item: ItemCall, value: JsonObject): void;
  /** Ignored before the call's start: the finished item will contain all arguments. */
  addArguments(item: ItemCall, text: string): void;
  /** Adds text of a custom tool's call, as the one field of a function's arguments. */
  addInput(item: ItemCall, text: string): void;
  /** Keeps all arguments, or all text of a custom tool's call, for the case that neither deltas nor the item bring any. */
  keepWhole(item: ItemCall, text: string): void;
  finish(item: ItemCall, value: JsonObject): void;
  /**
   * Completes the calls whose items did not say whether they are complete; not the last one of an answer that was cut.
   */
  end(wasCut: boolean): void;
  sawCalls(): boolean;
};

export function callReader(emit: Emit, nextBlock: () => number): CallReader {
  const open = new Set<OpenCall>();
  let last: OpenCall | undefined;

  function begin(item: ItemCall, value: JsonObject): OpenCall {
    const block = nextBlock();
    const id = nameOf(value.call_id) ?? nameOf(value.id) ?? `call_${block}`;
    emit({ type: 'tool-call-start', index: block, id, name: textOf(value.name) });
    last = { block, item, begun: value, arguments: '' };
    open.add(last);
    return last;
  }

  function addArguments(call: OpenCall, text: string): void {
    if (text === '') return;
    emit({ type: 'tool-call-delta', index: call.block, text });
    call.arguments += text;
  }

  function addInput(call: OpenCall, text: string): void {
    if (text === '') return;
    if (call.input === undefined) addArguments(call, freeformBeginning);
    call.input = (call.input ?? '') + text;
    addArguments(call, JSON.stringify(text).slice(1, -1));
  }

  function addKept(call: OpenCall): void {
    const { whole = '' } = call.item;
    if (call.arguments !== '') return;
    if (isCustom(call.begun)) addInput(call, whole);
    else addArguments(call, whole);
  }

  function complete(call: OpenCall): void {
    const { begun } = call;
    if (isCustom(begun)) {
      if (call.input === undefined) addInput(call, textOf(begun.input));
      addArguments(call, call.input === undefined ? freeformArguments('') : freeformEnd);
    }
    // Some servers send no arguments as an empty text, which clients cannot parse.
    else if (call.arguments === '') addArguments(call, argumentsText(begun) || '{}');
  }

  return {
    start(item, value) {
      item.call ??= begin(item, value);
    },
    addArguments({ call }, text) {
      if (call) addArguments(call, text);
    },
    addInput({ call }, text) {
      if (call) addInput(call, text);
    },
    keepWhole(item, text) {
      if (text !== '') item.whole = text;
    },
    finish(item, value) {
      const call = (item.call ??= begin(item, value));
      if (isCustom(value)) addInput(call, missingRest(emit, textOf(value.input), call.input ?? ''));
      // An object repeats what was streamed with other white space.
      else if (call.arguments === '' || typeof value.arguments === 'string') {
        addArguments(call, missingRest(emit, argumentsText(value), call.arguments));
      }
      addKept(call);
      const { status } = value;
      if (status === 'completed') complete(call);
      if (status === 'completed' || status === 'incomplete') open.delete(call);
    },
    end(wasCut) {
      for (const call of open) {
        addKept(call);
        if (!wasCut || call !== last) complete(call);
      }
    },
    // A method: V8 keeps the getters of an object literal, and with them this reader, until a full collection.
    sawCalls: () => last !== undefined,
  };
}

function isCustom({ type }: JsonObject): boolean {
  return type === 'custom_tool_call';
}
