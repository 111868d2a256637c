import { appendAll } from '../../core/lists/append-all.ts';
import type { ContentPart, Message, ToolCallPart } from '../../core/wire/content.ts';
import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import { imagePart, inlineMedia } from '../media/inline-media.ts';
import { array, choice, object, string } from '../fields/strict-fields.ts';

const role = choice('system', 'user', 'assistant', 'tool');

type OpenCall = { readonly id: string; readonly name: string };

/**
 * Reads a client's conversation. Calls and results need no ids here: a result belongs to the next open call of its
 * tool.
 */
export function readMessages(list: readonly JsonValue[]): Message[] {
  const messages: Message[] = [];
  const open: OpenCall[] = [];
  let results: ContentPart[] | undefined;
  for (const [index, value] of list.entries()) {
    const at = `messages.${index}`;
    const message = object.check(value, at);
    const speaker = role.required(message, 'role', at);
    const content = readContent(message, at);
    if (speaker === 'tool') {
      if (results === undefined) messages.push({ role: 'user', content: (results = []) });
      results.push({ type: 'tool-result', callId: callOf(message, open, at), content, isError: false });
      continue;
    }
    results = undefined;
    if (speaker !== 'assistant') messages.push({ role: speaker, content });
    else {
      const calls = readCalls(message, at);
      appendAll(open, calls);
      messages.push({ role: speaker, content: [...readThoughts(message, at), ...content, ...calls] });
    }
  }
  return messages;
}

function readContent(message: JsonObject, at: string): ContentPart[] {
  const text = string.optional(message, 'content', at) ?? '';
  const images = array.optional(message, 'images', at) ?? [];
  return [
    ...(text === '' ? [] : [{ type: 'text', text } as const]),
    ...images.map((value, index): ContentPart => {
      const data = string.check(value, `${at}.images.${index}`);
      const source = inlineMedia('', data);
      return imagePart({ ...source, mediaType: source.mediaType || 'image/png' });
    }),
  ];
}

function readThoughts(message: JsonObject, at: string): ContentPart[] {
  const text = string.optional(message, 'thinking', at) ?? '';
  return text === '' ? [] : [{ type: 'reasoning', text }];
}

function readCalls(message: JsonObject, at: string): ToolCallPart[] {
  return (array.optional(message, 'tool_calls', at) ?? []).map((value, index) => {
    const path = `${at}.tool_calls.${index}`;
    const call = object.check(value, path);
    const called = object.required(call, 'function', path);
    return {
      type: 'tool-call',
      id: string.optional(call, 'id', path) ?? `call_${at.slice('messages.'.length)}_${index}`,
      name: string.required(called, 'name', `${path}.function`),
      arguments: JSON.stringify(object.optional(called, 'arguments', `${path}.function`) ?? {}),
    };
  });
}

/** Finds the call of a result: by id, otherwise by name, otherwise the first open one. */
function callOf(message: JsonObject, open: OpenCall[], at: string): string {
  const id = string.optional(message, 'tool_call_id', at);
  const name = string.optional(message, 'tool_name', at) ?? string.optional(message, 'name', at);
  const place = open.findIndex((call) =>
    id === undefined ? name === undefined || call.name === name : call.id === id,
  );
  const [call] = place === -1 ? [] : open.splice(place, 1);
  return id ?? call?.id ?? name ?? 'call';
}
