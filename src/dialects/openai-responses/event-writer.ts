import type { JsonObject } from '../../core/json/json.ts';

/** The text of a stream's events, numbered. */
export type EventWriter = {
  send(type: string, members: JsonObject): void;
  /** One of the deltas that most of a stream consists of: `head` is the JSON text of its members before `delta`. */
  delta(type: string, head: string, text: string, tail?: string): void;
  /** A new item of the answer; returns its place in it. */
  open(item: JsonObject): number;
  close(place: number, item: JsonObject): void;
  /** Everything since the last call. */
  take(): string;
  /** The finished items, in order. */
  readonly output: readonly JsonObject[];
};

/** `first`: the number of its first event. Default 0. */
export function eventWriter(first = 0): EventWriter {
  let text = '';
  let sequence = first;
  const output: JsonObject[] = [];

  function send(type: string, members: JsonObject): void {
    text += `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: sequence++, ...members })}\n\n`;
  }

  return {
    send,
    delta(type, head, delta, tail = '') {
      text += `event: ${type}\ndata: {"type":"${type}","sequence_number":${sequence++},${head},"delta":${JSON.stringify(delta)}${tail}}\n\n`;
    },
    open(item) {
      const place = output.length;
      output.push(item);
      send('response.output_item.added', { output_index: place, item });
      return place;
    },
    close(place, item) {
      output[place] = item;
      send('response.output_item.done', { output_index: place, item });
    },
    take() {
      const taken = text;
      text = '';
      return taken;
    },
    output,
  };
}
