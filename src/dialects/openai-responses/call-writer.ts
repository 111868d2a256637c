import type { EventWriter } from './event-writer.ts';
import { callItem } from './write-items.ts';

/** One function call on its way. */
export type CallWriter = {
  add(text: string): void;
  /** True where the arguments so far are whole: the first characters of a JSON object are never an object. */
  whole(): boolean;
  close(): void;
};

export function callWriter(
  events: EventWriter,
  call: { readonly id: string; readonly name: string },
  idAt: (place: number) => string,
): CallWriter {
  const id = idAt(events.output.length);
  const place = events.open(callItem(id, call, '', 'in_progress'));
  const head = JSON.stringify({ item_id: id, output_index: place }).slice(1, -1);
  let args = '';

  function add(text: string): void {
    args += text;
    events.delta('response.function_call_arguments.delta', head, text);
  }

  return {
    add,
    whole: () => isJson(args),
    close() {
      // A call without arguments has none in other dialects; here they are always JSON.
      if (args === '') add('{}');
      const done = { item_id: id, output_index: place, name: call.name, arguments: args };
      events.send('response.function_call_arguments.done', done);
      events.close(place, callItem(id, call, args));
    },
  };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
