import { appendAll } from '../../core/lists/append-all.ts';
import type {
  ContentPart,
  DocumentPart,
  ImagePart,
  Message,
  ReasoningPart,
} from '../../core/wire/content.ts';
import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import type { RequestDraft } from '../request/draft.ts';
import { parseArguments } from '../tools/parse-arguments.ts';
import { noUserMessage } from '../messages/no-user-message.ts';
import { resultsBehindCalls } from '../messages/results-behind-calls.ts';
import { unsupportedBy, writeOpaque } from '../messages/write-opaque.ts';

/** Writes messages for Ollama: text, images next to it, and calls with objects as arguments. */
export function writeMessages({ request, warnings }: RequestDraft): JsonObject[] {
  const messages = writtenMessages(request.messages, warnings);
  const last = messages.at(-1);
  if (last === undefined || messages.some(({ role }) => role !== 'system')) return messages;
  // With nothing but system messages, Ollama loads the model and asks it nothing.
  warnings.push(noUserMessage);
  return [...messages.slice(0, -1), { ...last, role: 'user' }];
}

function writtenMessages(asked: readonly Message[], warnings: string[]): JsonObject[] {
  const writer: Writer = { names: new Map(), warnings };
  return resultsBehindCalls(asked).flatMap((message) => {
    if (message.role === 'assistant') {
      const written = assistantMessage(message.content, writer);
      // Nothing is left of a turn whose blocks only another dialect understands.
      return Object.keys(written).length === 2 && written.content === '' ? [] : [written];
    }
    if (message.content.some((part) => part.type === 'tool-result')) return toolTurn(message.content, writer);
    // A system message may have held only a setting.
    return message.role === 'system' && message.content.length === 0
      ? []
      : [spoken(message.role, message.content, writer)];
  });
}

type Writer = {
  /** The names of the tools by the ids of their calls. */
  readonly names: Map<string, string>;
  readonly warnings: string[];
};

function assistantMessage(content: readonly ContentPart[], writer: Writer): JsonObject {
  const { names, warnings } = writer;
  const calls: JsonValue[] = [];
  const words: ContentPart[] = [];
  let thinking = '';
  for (const part of content) {
    if (part.type === 'tool-call') {
      names.set(part.id, part.name);
      calls.push({ id: part.id, function: { name: part.name, arguments: parseArguments(part, warnings) } });
    } else if (part.type !== 'reasoning') words.push(part);
    else if (isOwn(part)) thinking += part.text;
    else warnings.push('Reasoning of other models in earlier turns was left out.');
  }
  return {
    ...spoken('assistant', words, writer),
    ...(thinking !== '' && { thinking }),
    ...(calls.length > 0 && { tool_calls: calls }),
  };
}

/**
 * Whether a thought may be Ollama's: its thoughts carry no proof, and clients of other dialects return them without
 * one.
 */
function isOwn({ signature, redacted }: ReasoningPart): boolean {
  return !signature && !redacted;
}

/** Results directly follow their calls; the user's other content comes after them, with the images of the results. */
function toolTurn(content: readonly ContentPart[], writer: Writer): JsonObject[] {
  const rest: ContentPart[] = [];
  const messages: JsonObject[] = [];
  for (const part of content) {
    if (part.type !== 'tool-result') {
      rest.push(part);
      continue;
    }
    const words = part.content.filter((inner) => inner.type === 'text');
    appendAll(
      rest,
      part.content.filter((inner) => inner.type !== 'text'),
    );
    const { content: text } = spoken('user', words, writer);
    messages.push({
      role: 'tool',
      content: part.isError && !/^error/i.test(String(text)) ? `Error: ${String(text)}` : text,
      tool_name: writer.names.get(part.callId) ?? part.callId,
      tool_call_id: part.callId,
    });
  }
  const others = spoken('user', rest, writer);
  return others.content === '' && others.images === undefined ? messages : [...messages, others];
}

function spoken(role: Message['role'], content: readonly ContentPart[], { warnings }: Writer): JsonObject {
  const words: string[] = [];
  const images: string[] = [];
  for (const part of content) {
    if (part.type === 'text' || part.type === 'refusal') words.push(part.text);
    else if (part.type === 'image') images.push(imageData(part, warnings));
    else if (part.type === 'document') words.push(documentText(part));
    else if (part.type === 'audio') throw unsupportedBy('ollama-chat', 'A sound');
    else if (part.type === 'opaque') writeOpaque(part, role, { dialect: 'ollama-chat', warnings });
  }
  const text = words.join(role === 'assistant' ? '' : '\n\n');
  return { role, content: text, ...(images.length > 0 && { images }) };
}

function imageData({ source, detail }: ImagePart, warnings: string[]): string {
  if (source.kind !== 'base64') throw unsupportedBy('ollama-chat', 'An image that is not sent along');
  if (detail !== undefined && detail !== 'auto')
    warnings.push(`The image detail "${detail}" was left out: Ollama does not support it.`);
  return source.data;
}

function documentText({ source, title }: DocumentPart): string {
  if (source.kind !== 'text') throw unsupportedBy('ollama-chat', 'A document that is not text');
  return title === undefined ? source.text : `${title}:\n\n${source.text}`;
}
