import type { ContentPart, MediaSource, Message } from '../../core/content.ts';
import type { JsonObject, JsonValue } from '../../core/json.ts';
import { sealReasoning } from '../sealed-reasoning.ts';
import { array, choice, object, refuse, string } from '../strict-fields.ts';

const roles = choice('system', 'developer', 'user', 'assistant', 'tool', 'function');

/** A client's conversation. Neighbouring tool results become one user message, as every other dialect has them. */
export function readMessages(list: readonly JsonValue[]): Message[] {
  const messages: Message[] = [];
  let results: ContentPart[] | undefined;
  for (const [index, value] of list.entries()) {
    const at = `messages.${index}`;
    const message = object.check(value, at);
    const role = roles.required(message, 'role', at);
    if (role === 'tool' || role === 'function') {
      if (!results) {
        results = [];
        messages.push({ role: 'user', content: results });
      }
      results.push(readResult(message, at, role));
      continue;
    }
    results = undefined;
    const name = string.optional(message, 'name', at);
    messages.push({
      role: role === 'developer' ? 'system' : role,
      content:
        role === 'assistant' ? readAssistant(message, at) : readContent(message.content, `${at}.content`),
      ...(name !== undefined && { name }),
    });
  }
  return messages;
}

function readResult(message: JsonObject, at: string, role: 'tool' | 'function'): ContentPart {
  return {
    type: 'tool-result',
    callId:
      role === 'tool' ? string.required(message, 'tool_call_id', at) : string.required(message, 'name', at),
    content: readContent(message.content ?? '', `${at}.content`),
    isError: false,
  };
}

/** Reasoning first, then words, then calls: the order in which a model produced them. */
function readAssistant(message: JsonObject, at: string): ContentPart[] {
  const { content, refusal } = message;
  return [
    ...readReasoning(message, at),
    ...(content === undefined || content === null ? [] : readContent(content, `${at}.content`)),
    ...(typeof refusal === 'string' && refusal !== '' ? [{ type: 'refusal', text: refusal } as const] : []),
    ...readCalls(message, at),
  ];
}

function readReasoning(message: JsonObject, at: string): ContentPart[] {
  const text =
    string.optional(message, 'reasoning_content', at) ?? string.optional(message, 'reasoning', at) ?? '';
  const details = (array.optional(message, 'reasoning_details', at) ?? []).map((detail, index) =>
    object.check(detail, `${at}.reasoning_details.${index}`),
  );
  const proofs = details.flatMap((detail) => proofOf(detail));
  if (proofs.length > 0) return proofs;
  return text === '' ? [] : [{ type: 'reasoning', text, origin: 'openai-chat' }];
}

/** A detail as the reply's writer made it, or as OpenRouter did: readable text with a signature, or a sealed one. */
function proofOf(detail: JsonObject): ContentPart[] {
  const { text, summary, signature, data, ...rest } = detail;
  const words = typeof text === 'string' ? text : typeof summary === 'string' ? summary : '';
  if (typeof data === 'string') {
    const own = detail.format === 'anthropic-claude-v1';
    const redacted = own ? data : sealReasoning('openai-chat', detail);
    return [{ type: 'reasoning', text: '', redacted, origin: own ? 'anthropic-messages' : 'openai-chat' }];
  }
  if (typeof signature !== 'string')
    return words === '' ? [] : [{ type: 'reasoning', text: words, origin: 'openai-chat' }];
  const anthropics = detail.format === 'anthropic-claude-v1';
  return [
    {
      type: 'reasoning',
      text: words,
      signature: anthropics ? signature : sealReasoning('openai-chat', { ...rest, signature }),
      origin: anthropics ? 'anthropic-messages' : 'openai-chat',
    },
  ];
}

function readCalls(message: JsonObject, at: string): ContentPart[] {
  const calls = (array.optional(message, 'tool_calls', at) ?? []).map((value, index) =>
    readCall(object.check(value, `${at}.tool_calls.${index}`), `${at}.tool_calls.${index}`),
  );
  const old = object.optional(message, 'function_call', at);
  if (!old) return calls;
  const name = string.required(old, 'name', `${at}.function_call`);
  return [
    ...calls,
    {
      type: 'tool-call',
      id: name,
      name,
      arguments: string.optional(old, 'arguments', `${at}.function_call`) ?? '',
    },
  ];
}

function readCall(call: JsonObject, at: string): ContentPart {
  if (call.type === 'custom') {
    const custom = object.required(call, 'custom', at);
    const id = string.required(call, 'id', at);
    const name = string.required(custom, 'name', `${at}.custom`);
    return { type: 'tool-call', id, name, arguments: JSON.stringify({ input: custom.input ?? '' }) };
  }
  const definition = object.required(call, 'function', at);
  return {
    type: 'tool-call',
    id: string.required(call, 'id', at),
    name: string.required(definition, 'name', `${at}.function`),
    arguments: string.optional(definition, 'arguments', `${at}.function`) ?? '',
  };
}

function readContent(content: JsonValue | undefined, path: string): ContentPart[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }];
  if (!Array.isArray(content)) refuse(path, 'a string or an array of parts', content);
  return content.map((value, index) => readPart(object.check(value, `${path}.${index}`), `${path}.${index}`));
}

const partTypes = choice('text', 'image_url', 'input_audio', 'file', 'refusal', 'thinking');

function readPart(part: JsonObject, at: string): ContentPart {
  switch (partTypes.required(part, 'type', at)) {
    case 'text': {
      const cache = object.optional(part, 'cache_control', at);
      const text = string.required(part, 'text', at);
      return { type: 'text', text, ...(cache && { cache: cache.ttl === '1h' ? { ttl: '1h' } : {} }) };
    }
    case 'refusal':
      return { type: 'refusal', text: string.required(part, 'refusal', at) };
    case 'thinking':
      return { type: 'reasoning', text: thoughts(part), origin: 'openai-chat' };
    case 'image_url': {
      const image = object.required(part, 'image_url', at);
      const detail = string.optional(image, 'detail', `${at}.image_url`);
      const source = sourceOf(string.required(image, 'url', `${at}.image_url`));
      return { type: 'image', source, ...(detail !== undefined && { detail }) };
    }
    case 'input_audio': {
      const audio = object.required(part, 'input_audio', at);
      const format = string.required(audio, 'format', `${at}.input_audio`);
      const data = string.required(audio, 'data', `${at}.input_audio`);
      return { type: 'audio', source: { kind: 'base64', mediaType: `audio/${format}`, data }, format };
    }
    case 'file':
      return readFile(object.required(part, 'file', at), `${at}.file`);
  }
}

function readFile(file: JsonObject, at: string): ContentPart {
  const title = string.optional(file, 'filename', at);
  const fileId = string.optional(file, 'file_id', at);
  const source: MediaSource =
    fileId === undefined
      ? sourceOf(string.required(file, 'file_data', at))
      : { kind: 'file', fileId, dialect: 'openai-chat' };
  return { type: 'document', source, ...(title !== undefined && { title }) };
}

/** Mistral's thoughts, a list of texts. */
function thoughts({ thinking }: JsonObject): string {
  if (!Array.isArray(thinking)) return typeof thinking === 'string' ? thinking : '';
  return thinking
    .map((item) => (typeof item === 'object' && item && 'text' in item ? String(item.text) : ''))
    .join('');
}

/** A data URL holds the bytes; anything else says where they are. */
function sourceOf(url: string): MediaSource {
  const end = url.startsWith('data:') ? url.indexOf(';base64,') : -1;
  if (end < 0) return { kind: 'url', url };
  return {
    kind: 'base64',
    mediaType: url.slice('data:'.length, end).split(';')[0] ?? '',
    data: url.slice(end + ';base64,'.length),
  };
}
