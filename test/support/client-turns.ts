import type { DialectId } from '../../src/core/wire/content.ts';
import type { JsonObject, JsonValue } from '../../src/core/json/json.ts';
import { objectOf, objectsOf } from '../../src/dialects/fields/loose-fields.ts';

/** How a client of a dialect puts a reply into its next request and answers the call `call_1` in it. */
type Client = {
  /** The whole reply that the events of a stream add up to. */
  collect(events: readonly JsonObject[]): JsonObject;
  answer(reply: JsonObject): JsonValue[];
  /** The field that contains the conversation. Default `messages`. */
  readonly member?: string;
  /** The field that limits an answer's length. Default `max_tokens`. */
  readonly limit?: string;
};

const clients: Partial<Record<DialectId, Client>> = {
  'anthropic-messages': {
    collect(events) {
      const content: JsonObject[] = [];
      for (const event of events) {
        if (event.type === 'content_block_start') content.push({ ...objectOf(event.content_block) });
        const block = content.at(-1);
        if (event.type !== 'content_block_delta' || !block) continue;
        const { type, partial_json, ...delta } = objectOf(event.delta);
        if (type === 'input_json_delta') block.json = `${String(block.json ?? '')}${String(partial_json)}`;
        else grow(block, delta);
      }
      // The text of a call's arguments is valid JSON once it is complete.
      return {
        content: content.map(({ json, ...block }) =>
          json ? { ...block, input: JSON.parse(String(json)) as JsonValue } : block,
        ),
      };
    },
    answer: ({ content }) => [
      { role: 'assistant', content },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'call_1', content: 'snow' }] },
    ],
  },
  'openai-chat': {
    collect(events) {
      const message: JsonObject = {};
      const call: JsonObject = {};
      for (const event of events) {
        const { tool_calls, ...delta } = objectOf(objectsOf(event.choices)[0]?.delta);
        grow(message, delta);
        const [piece = {}] = objectsOf(tool_calls);
        const { function: definition, id, type } = piece;
        Object.assign(call, id && { id, type });
        call.function = grow(objectOf(call.function), objectOf(definition));
      }
      return { choices: [{ message: { ...message, role: 'assistant', tool_calls: [call] } }] };
    },
    answer: (reply) => [
      objectOf(objectsOf(reply.choices)[0]?.message),
      { role: 'tool', tool_call_id: 'call_1', content: 'snow' },
    ],
  },
  'openai-responses': {
    collect: (events) => ({
      output: events.flatMap(({ type, item }) =>
        type === 'response.output_item.done' ? [objectOf(item)] : [],
      ),
    }),
    answer: ({ output }) => [
      ...objectsOf(output),
      { type: 'function_call_output', call_id: 'call_1', output: 'snow' },
    ],
    member: 'input',
    limit: 'max_output_tokens',
  },
};

/** Whether this file implements the dialect's clients. */
export function isClientTurn({ id }: { readonly id: DialectId }): boolean {
  return clients[id] !== undefined;
}

/** The request that follows a reply, whole or streamed, that contains the tool call `call_1`. */
export function nextRequest(dialect: DialectId, reply: JsonObject | Buffer, model: string): JsonObject {
  const client = clients[dialect];
  if (!client) throw new Error(`no client of ${dialect} is known here`);
  const whole = Buffer.isBuffer(reply) ? client.collect(eventsOf(reply)) : reply;
  const first = { role: 'user', content: 'Weather in Oslo?' };
  return {
    model,
    [client.limit ?? 'max_tokens']: 500,
    [client.member ?? 'messages']: [first, ...client.answer(whole)],
  };
}

function eventsOf(stream: Buffer): JsonObject[] {
  return [...stream.toString().matchAll(/^data: (\{.*)$/gm)].map(
    // Events from our own writers are JSON objects.
    ([, data = '']) => JSON.parse(data) as JsonObject,
  );
}

/** Appends to texts and lists, replaces everything else. */
function grow(into: JsonObject, from: JsonObject): JsonObject {
  for (const [member, value] of Object.entries(from)) {
    const before = into[member];
    if (typeof before === 'string' && typeof value === 'string') into[member] = before + value;
    else if (Array.isArray(before) && Array.isArray(value)) into[member] = [...before, ...value];
    else if (value !== null) into[member] = value;
  }
  return into;
}
