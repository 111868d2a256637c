import type { JsonObject } from '../../../core/json/json.ts';
import type { TextStream } from '../../replies/stream-writer.ts';

/** Writes and numbers a stream's events. */
export type EventWriter = {
  send(type: string, members: JsonObject): void;
  /**
   * Writes one of the deltas that most of a stream consists of. `head` is the JSON text of its fields before `delta`.
   */
  delta(type: string, head: string, text: string, tail?: string): void;
  /** Adds a new item to the answer and returns its place. */
  open(item: JsonObject): number;
  close(place: number, item: JsonObject): void;
  /** The items in order; each is replaced by its finished form when it is closed. */
  readonly output: readonly JsonObject[];
};

/** Returns an event writer. `first`: the number of its first event, by default 0. */
export function eventWriter(stream: TextStream, first = 0): EventWriter {
  let sequence = first;
  const output: JsonObject[] = [];

  function send(type: string, members: JsonObject): void {
    stream.write(
      `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: sequence++, ...members })}\n\n`,
    );
  }

  return {
    send,
    delta(type, head, delta, tail = '') {
      stream.write(
        `event: ${type}\ndata: {"type":"${type}","sequence_number":${sequence++},${head},"delta":${JSON.stringify(delta)}${tail}}\n\n`,
      );
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
    output,
  };
}
