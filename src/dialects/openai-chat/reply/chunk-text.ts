import type { JsonObject, JsonValue } from '../../../core/json/json.ts';
import type { ReplyContext } from '../../../core/wire/dialect.ts';

/** Returns the text of `chat.completion.chunk` events. */
export type ChunkText = {
  /** `json`: the text of the delta. */
  delta(json: string): string;
  /** A delta with one member. */
  member(name: string, value: JsonValue): string;
  choice(choice: JsonObject): string;
  /** The chunk that follows the answer if the client asked for its usage. */
  usage(usage: JsonObject | null): string;
};

/** The envelope is written once, so that a chunk costs one JSON string. */
export function chunkText({ id, createdAt, model, request }: ReplyContext): ChunkText {
  const envelope = JSON.stringify({
    id,
    object: 'chat.completion.chunk',
    created: Math.floor(createdAt / 1000),
    model,
  }).slice(0, -1);
  const tail = request.includeUsage === true ? ',"usage":null}\n\n' : '}\n\n';
  const beforeDelta = `data: ${envelope},"choices":[{"index":0,"delta":`;
  const afterDelta = `,"logprobs":null,"finish_reason":null}]${tail}`;
  const delta = (json: string) => beforeDelta + json + afterDelta;
  return {
    delta,
    member: (name, value) => delta(`{"${name}":${JSON.stringify(value)}}`),
    choice: (choice) => `data: ${envelope},"choices":[${JSON.stringify(choice)}]${tail}`,
    usage: (usage) => `data: ${envelope},"choices":[],"usage":${JSON.stringify(usage)}}\n\n`,
  };
}
