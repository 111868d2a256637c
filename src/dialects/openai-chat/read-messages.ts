import { appendAll } from '../../core/lists/append-all.ts';
import type { ContentPart, DocumentPart, Message, ToolCallPart } from '../../core/wire/content.ts';
import { documentSource } from '../../core/wire/document-source.ts';
import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import { withCacheMark } from '../prompt-cache/cache-mark.ts';
import { callIds, type CallIds } from '../tools/call-ids.ts';
import { imagePart, inlineMedia } from '../media/inline-media.ts';
import { readFileData, readMediaUrl } from '../media/data-url.ts';
import { objectsOf, nameOf } from '../fields/loose-fields.ts';
import { readCacheMark } from '../prompt-cache/openai-prompt-cache.ts';
import { readThoughts } from './read-thoughts.ts';
import { saysRefusal } from './spoken-refusal.ts';
import { readCallSignature } from './google-signature.ts';
import { array, choice, object, refuse, string } from '../fields/strict-fields.ts';
import { freeformArguments } from '../openai/freeform-tool.ts';

const role = choice('system', 'developer', 'user', 'assistant', 'tool', 'function');

/** Reads a client's conversation. Consecutive tool results belong to one turn. */
export function readMessages(body: JsonObject): Message[] {
  const list = array.required(body, 'messages');
  if (list.length === 0) refuse('messages', 'at least one message', list);
  const messages: Message[] = [];
  const ids = callIds();
  let results: ContentPart[] | undefined;
  for (const [index, value] of list.entries()) {
    const at = `messages.${index}`;
    const message = object.check(value, at);
    const speaker = role.required(message, 'role', at);
    if (speaker === 'tool' || speaker === 'function') {
      if (results === undefined) {
        results = [];
        messages.push({ role: 'user', content: results });
      }
      results.push({ ...readToolResult(message, { speaker, at, ids }), ...readCacheMark(message) });
      continue;
    }
    results = undefined;
    const name = string.optional(message, 'name', at);
    const read: Message = {
      role: speaker === 'developer' ? 'system' : speaker,
      ...(name && { name }),
      content:
        speaker === 'assistant'
          ? readAssistant(message, at, ids)
          : readContent(message.content, `${at}.content`),
    };
    // Some clients mark a whole message for OpenRouter (the AI SDK).
    const { cache } = readCacheMark(message);
    messages.push(cache ? withCacheMark(read, cache) : read);
  }
  return messages;
}

function readToolResult(
  message: JsonObject,
  { speaker, at, ids }: { readonly speaker: 'tool' | 'function'; readonly at: string; readonly ids: CallIds },
): ContentPart {
  const { content } = message;
  const callId =
    speaker === 'tool'
      ? ids.answered('', string.required(message, 'tool_call_id', at))
      : ids.answered(string.required(message, 'name', at), undefined);
  // A function may have returned nothing.
  const isNothing = speaker === 'function' && content === null;
  return {
    type: 'tool-result',
    callId,
    content: isNothing ? [] : readContent(content, `${at}.content`),
    isError: false,
  };
}

function readAssistant(message: JsonObject, at: string, ids: CallIds): ContentPart[] {
  const parts = readThoughts(message);
  const { content } = message;
  if (content !== undefined && content !== null && content !== '')
    appendAll(parts, readContent(content, `${at}.content`));
  // Images in the field in which OpenRouter returns them from models that draw.
  for (const [index, value] of (array.optional(message, 'images', at) ?? []).entries()) {
    const where = `${at}.images.${index}`;
    parts.push(readImage(object.check(value, where), where));
  }
  const refusal = string.optional(message, 'refusal', at);
  if (refusal && !saysRefusal(content, refusal)) parts.push({ type: 'refusal', text: refusal });
  // A client that returns everything it received sends a call's signature twice.
  const signatures = new Set(parts.map((part) => part.type === 'reasoning' && part.signature));
  for (const [index, value] of (array.optional(message, 'tool_calls', at) ?? []).entries()) {
    const call = object.check(value, `${at}.tool_calls.${index}`);
    const signature = readCallSignature(call);
    if (signature !== undefined && !signatures.has(signature)) {
      signatures.add(signature);
      parts.push({ type: 'reasoning', text: '', signature });
    }
    const made = readToolCall(call, `${at}.tool_calls.${index}`);
    ids.called(made.name, made.id);
    parts.push(made);
  }
  const called = object.optional(message, 'function_call', at);
  if (called !== undefined) {
    const where = `${at}.function_call`;
    const name = string.required(called, 'name', where);
    const id = ids.called(name, undefined);
    parts.push({ type: 'tool-call', id, name, arguments: string.required(called, 'arguments', where) });
  }
  const audio = object.optional(message, 'audio', at);
  if (audio !== undefined) parts.push({ type: 'opaque', dialect: 'openai-chat', value: { audio } });
  return parts;
}

function readToolCall(call: JsonObject, at: string): ToolCallPart {
  if (call.type === 'custom') {
    const custom = object.required(call, 'custom', at);
    const input = string.optional(custom, 'input', `${at}.custom`) ?? '';
    const name = string.required(custom, 'name', `${at}.custom`);
    return {
      type: 'tool-call',
      id: string.required(call, 'id', at),
      name,
      arguments: freeformArguments(input),
    };
  }
  const called = object.required(call, 'function', at);
  return {
    type: 'tool-call',
    id: string.required(call, 'id', at),
    name: string.required(called, 'name', `${at}.function`),
    arguments: string.optional(called, 'arguments', `${at}.function`) ?? '',
  };
}

function readContent(content: JsonValue | undefined, at: string): ContentPart[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  if (!Array.isArray(content)) return refuse(at, 'a string or an array of content parts', content);
  const parts = content.map((value, index) =>
    readPart(object.check(value, `${at}.${index}`), `${at}.${index}`),
  );
  return parts.filter((part) => part.type !== 'refusal' || part.text !== '');
}

function readPart(part: JsonObject, at: string): ContentPart {
  const type = string.required(part, 'type', at);
  const cache = readCacheMark(part);
  switch (type) {
    case 'text':
      return { type: 'text', text: string.required(part, 'text', at), ...cache };
    case 'refusal':
      return { type: 'refusal', text: string.required(part, 'refusal', at) };
    case 'image_url':
      return { ...readImage(part, at), ...cache };
    case 'file':
      return { ...readFile(object.required(part, 'file', at), `${at}.file`), ...cache };
    case 'input_audio': {
      const where = `${at}.input_audio`;
      const sound = object.required(part, 'input_audio', at);
      const format = string.required(sound, 'format', where);
      const data = string.required(sound, 'data', where);
      return { type: 'audio', format, source: inlineMedia(`audio/${format}`, data) };
    }
    case 'thinking':
      // Mistral's form of an assistant's thoughts.
      return {
        type: 'reasoning',
        text: objectsOf(part.thinking)
          .map(({ text }) => nameOf(text) ?? '')
          .join(''),
      };
    default:
      return { type: 'opaque', dialect: 'openai-chat', value: part };
  }
}

/** OpenAI nests the URL; some providers and clients do not. */
function readImage(part: JsonObject, at: string): ReturnType<typeof imagePart> {
  if (typeof part.image_url === 'string') return imagePart(readMediaUrl(part.image_url, `${at}.image_url`));
  const where = `${at}.image_url`;
  const image = object.required(part, 'image_url', at);
  const detail = string.optional(image, 'detail', where);
  const shown = imagePart(readMediaUrl(string.required(image, 'url', where), `${where}.url`));
  return shown.type === 'image' && detail ? { ...shown, detail } : shown;
}

/** Reads the file of a part: by its id, as bytes, or as text if it is a text file. */
export function readFile(file: JsonObject, at: string): DocumentPart {
  const fileId = string.optional(file, 'file_id', at);
  const title = string.optional(file, 'filename', at);
  return {
    type: 'document',
    source:
      fileId === undefined
        ? documentSource(readFileData(string.required(file, 'file_data', at), `${at}.file_data`))
        : { kind: 'file', fileId, dialect: 'openai-chat' },
    ...(title && { title }),
  };
}
