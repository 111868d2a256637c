import type { JsonObject } from '../../core/json/json.ts';
import { freeformBeginning, freeformEnd } from '../openai/freeform-tool.ts';
import { nameOf, textOf } from '../fields/loose-fields.ts';
import { argumentsText } from '../tools/arguments-text.ts';
import type { Emit } from '../replies/stream-reader.ts';
import { missingRest } from './missing-rest.ts';

/** The call of one item. */
export type ItemCall = {
  /** Absent until the call's name is known. */
  call?: { readonly block: number; arguments: string };
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
  finishFunction(item: ItemCall, value: JsonObject): void;
  finishCustom(item: ItemCall, value: JsonObject): void;
  sawCalls(): boolean;
};

export function callReader(emit: Emit, nextBlock: () => number): CallReader {
  let sawCalls = false;

  function start(item: ItemCall, value: JsonObject): void {
    if (item.call) return;
    sawCalls = true;
    const block = nextBlock();
    const id = nameOf(value.call_id) ?? nameOf(value.id) ?? `call_${block}`;
    emit({ type: 'tool-call-start', index: block, id, name: textOf(value.name) });
    item.call = { block, arguments: '' };
  }

  function addArguments({ call }: ItemCall, text: string): void {
    if (call === undefined || text === '') return;
    emit({ type: 'tool-call-delta', index: call.block, text });
    call.arguments += text;
  }

  function addInput(item: ItemCall, text: string): void {
    if (item.input === undefined) addArguments(item, freeformBeginning);
    item.input = (item.input ?? '') + text;
    addArguments(item, JSON.stringify(text).slice(1, -1));
  }

  return {
    start,
    addArguments,
    addInput(item, text) {
      if (item.call && text !== '') addInput(item, text);
    },
    finishFunction(item, value) {
      start(item, value);
      addArguments(item, missingRest(emit, argumentsText(value), item.call?.arguments ?? ''));
      // Some servers send no arguments as an empty text, which clients cannot parse.
      if (item.call?.arguments === '' && value.status !== 'incomplete') addArguments(item, '{}');
    },
    finishCustom(item, value) {
      start(item, value);
      addInput(item, missingRest(emit, textOf(value.input), item.input ?? ''));
      addArguments(item, freeformEnd);
    },
    // A method: V8 keeps the getters of an object literal, and with them this reader, until a full collection.
    sawCalls: () => sawCalls,
  };
}
