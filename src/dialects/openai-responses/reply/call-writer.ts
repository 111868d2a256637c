import type { EventWriter } from './event-writer.ts';
import { freeformInput, freeformReader } from '../../openai/freeform-input.ts';
import type { IdKind } from '../item-id.ts';
import { callItem, type DeclaredCall, type ItemStatus } from '../output-items.ts';
import { isCutCall, isJson } from './cut-call.ts';

/** Writes one tool call as it arrives. */
export type CallWriter = {
  add(text: string): void;
  /** Whether the arguments so far are complete. */
  whole(): boolean;
  /** `cut`: the answer ended before the call was complete. */
  close(cut: boolean): void;
};

type IdOf = (kind: IdKind) => (place: number) => string;

/** A call whose item is open at its place. */
type OpenItem = { readonly id: string; readonly place: number; readonly head: string };

/** Returns a writer for a call, as its client declared the tool: a function's arguments, or a custom tool's text. */
export function callWriter(events: EventWriter, call: DeclaredCall, idOf: IdOf): CallWriter {
  return call.tool?.type === 'custom'
    ? customCallWriter(events, call, openItem(events, call, idOf('ctc')))
    : functionCallWriter(events, call, openItem(events, call, idOf('fc')));
}

function openItem(events: EventWriter, call: DeclaredCall, idAt: (place: number) => string): OpenItem {
  const id = idAt(events.output.length);
  const place = events.open(callItem(id, call, '', 'in_progress'));
  return { id, place, head: JSON.stringify({ item_id: id, output_index: place }).slice(1, -1) };
}

function functionCallWriter(
  events: EventWriter,
  call: DeclaredCall,
  { id, place, head }: OpenItem,
): CallWriter {
  let args = '';

  function add(text: string): void {
    args += text;
    events.delta('response.function_call_arguments.delta', head, text);
  }

  return {
    add,
    whole: () => isJson(args),
    close(cut) {
      const status = cut ? cutStatus(events, place, args) : 'completed';
      // In other dialects a call without arguments may have an empty text; here arguments are always JSON.
      if (args === '' && status === 'completed') add('{}');
      const name = call.tool?.name ?? call.name;
      const done = { item_id: id, output_index: place, name, arguments: args };
      events.send('response.function_call_arguments.done', done);
      events.close(place, callItem(id, call, args, status));
    },
  };
}

function customCallWriter(
  events: EventWriter,
  call: DeclaredCall,
  { id, place, head }: OpenItem,
): CallWriter {
  const reader = freeformReader();
  let args = '';
  let input = '';

  function say(text: string): void {
    if (text === '') return;
    input += text;
    events.delta('response.custom_tool_call_input.delta', head, text);
  }

  return {
    add(text) {
      args += text;
      say(reader.push(text));
    },
    whole: () => isJson(args),
    close(cut) {
      // Text already sent cannot be taken back, so the whole text is sent here only if none could be read earlier.
      if (input === '') say(freeformInput(args));
      events.send('response.custom_tool_call_input.done', { item_id: id, output_index: place, input });
      events.close(place, callItem(id, call, input, cut ? cutStatus(events, place, args) : 'completed'));
    },
  };
}

function cutStatus({ output }: EventWriter, place: number, args: string): ItemStatus {
  return isCutCall(args, place === output.length - 1) ? 'incomplete' : 'completed';
}
