import type { ContentPart, MediaSource, Message } from '../../core/content.ts';
import type { JsonObject } from '../../core/json.ts';
import type { Quirks } from '../../core/provider.ts';
import { openReasoning } from '../sealed-reasoning.ts';
import { writeRedacted, writeSignature } from './reply-pieces.ts';

type Writing = {
  readonly quirks: Quirks;
  readonly instruction?: string | undefined;
  readonly warnings: string[];
};

/** The conversation in OpenAI's words; `instruction` joins its system prompt. */
export function writeMessages(messages: readonly Message[], writing: Writing): JsonObject[] {
  const role = writing.quirks.systemRole ?? 'system';
  const written = messages.flatMap((message) => {
    if (message.role === 'system')
      return [{ role, content: plainContent(message.content, writing), ...nameOf(message) }];
    return message.role === 'assistant' ? [writeAssistant(message, writing)] : writeUser(message, writing);
  });
  return writing.instruction === undefined ? written : [{ role, content: writing.instruction }, ...written];
}

function nameOf({ name }: Message): JsonObject {
  return name === undefined ? {} : { name };
}

/** Tool results are messages of their own here, and come before whatever else the user's turn holds. */
function writeUser(message: Message, writing: Writing): JsonObject[] {
  const results: JsonObject[] = [];
  const beside: ContentPart[] = [];
  const others: ContentPart[] = [];
  for (const part of message.content) {
    if (part.type !== 'tool-result') others.push(part);
    else {
      const texts = part.content.filter((inner) => inner.type === 'text');
      const media = part.content.filter((inner) => inner.type !== 'text');
      if (media.length > 0)
        writing.warnings.push('What a tool result holds besides text was sent as a message of the user.');
      beside.push(...media);
      const content = plainContent(texts, writing);
      results.push({
        role: 'tool',
        tool_call_id: part.callId,
        content: part.isError ? `Error: ${textOf(content)}` : content,
      });
    }
  }
  const rest = [...beside, ...others];
  if (rest.length === 0 && results.length > 0) return results;
  return [...results, { role: 'user', content: plainContent(rest, writing), ...nameOf(message) }];
}

function writeAssistant(message: Message, writing: Writing): JsonObject {
  const written: JsonObject = { role: 'assistant', content: null };
  const words: ContentPart[] = [];
  const calls: JsonObject[] = [];
  const details: JsonObject[] = [];
  let thoughts = '';
  for (const part of message.content) {
    if (part.type === 'tool-call') {
      calls.push({
        id: part.id,
        type: 'function',
        function: { name: part.name, arguments: part.arguments || '{}' },
      });
    } else if (part.type === 'reasoning') {
      thoughts += part.text;
      details.push(...ownDetails(part));
    } else if (part.type === 'refusal') written.refusal = part.text;
    else words.push(part);
  }
  if (words.length > 0) written.content = plainContent(words, writing);
  if (calls.length > 0) written.tool_calls = calls;
  const field = writing.quirks.reasoningField;
  // Sellers that report readable reasoning want it back with the calls that came of it; OpenAI itself knows no such member.
  if (thoughts !== '' && field) written[field] = thoughts;
  if (details.length > 0) written.reasoning_details = details;
  else if (thoughts !== '' && !field)
    writing.warnings.push('Earlier reasoning was left out: this provider does not take it back.');
  return written;
}

/** Proofs that this dialect sealed go back as they came; another's mean nothing here. */
function ownDetails(part: Extract<ContentPart, { type: 'reasoning' }>): JsonObject[] {
  const { text, signature, redacted } = part;
  const sealed: JsonObject[] = [];
  if (openReasoning('openai-chat', redacted)) sealed.push(writeRedacted(redacted ?? ''));
  if (openReasoning('openai-chat', signature)) sealed.push(writeSignature(signature ?? '', text));
  return sealed;
}

/** Text alone is a string, as the simplest sellers want it; with media it is a list of parts. */
function plainContent(parts: readonly ContentPart[], writing: Writing): string | JsonObject[] {
  const [only] = parts;
  if (parts.length === 0) return '';
  if (parts.length === 1 && only?.type === 'text') return only.text;
  if (parts.every((part) => part.type === 'text'))
    return parts.map((part) => ({ type: 'text', text: part.text }));
  return parts.flatMap((part) => writePart(part, writing));
}

function textOf(content: string | JsonObject[]): string {
  return typeof content === 'string' ? content : content.map(({ text }) => String(text ?? '')).join('\n');
}

function writePart(part: ContentPart, { warnings }: Writing): JsonObject[] {
  switch (part.type) {
    case 'text':
    case 'refusal':
      return [{ type: 'text', text: part.text }];
    case 'image': {
      const url = urlOf(part.source);
      if (url === undefined) return leftOut('an image that was uploaded elsewhere', warnings);
      return [
        { type: 'image_url', image_url: { url, ...(part.detail !== undefined && { detail: part.detail }) } },
      ];
    }
    case 'document':
      return writeDocument(part, warnings);
    case 'audio': {
      if (part.source.kind !== 'base64') return leftOut('a sound that is not sent along', warnings);
      const format = part.format ?? part.source.mediaType.replace(/^audio\//, '');
      return [{ type: 'input_audio', input_audio: { data: part.source.data, format } }];
    }
    default:
      return leftOut(`a block of ${part.type === 'opaque' ? part.dialect : 'another kind'}`, warnings);
  }
}

function writeDocument(part: Extract<ContentPart, { type: 'document' }>, warnings: string[]): JsonObject[] {
  const { source, title } = part;
  if (source.kind === 'text')
    return [{ type: 'text', text: title === undefined ? source.text : `${title}\n\n${source.text}` }];
  if (source.kind === 'file' && source.dialect === 'openai-chat')
    return [{ type: 'file', file: { file_id: source.fileId } }];
  if (source.kind !== 'base64') return leftOut('a document that is not sent along', warnings);
  return [
    {
      type: 'file',
      file: {
        filename: title ?? 'document.pdf',
        file_data: `data:${source.mediaType};base64,${source.data}`,
      },
    },
  ];
}

function urlOf(source: MediaSource): string | undefined {
  if (source.kind === 'url') return source.url;
  return source.kind === 'base64' ? `data:${source.mediaType};base64,${source.data}` : undefined;
}

function leftOut(what: string, warnings: string[]): [] {
  warnings.push(`OpenAI's format has no word for ${what}; it was left out.`);
  return [];
}
