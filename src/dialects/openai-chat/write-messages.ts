import { appendAll } from '../../core/lists/append-all.ts';
import { ConclaveError } from '../../core/errors.ts';
import type {
  AudioPart,
  CacheHint,
  ContentPart,
  ImagePart,
  MediaSource,
  Message,
  ToolResultPart,
} from '../../core/wire/content.ts';
import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import type { Quirks } from '../../core/provider.ts';
import type { WireTarget } from '../../core/wire/dialect.ts';
import { textOf } from '../fields/loose-fields.ts';
import { dataUrl } from '../media/data-url.ts';
import type { RequestDraft } from '../request/draft.ts';
import { knownName } from '../request/known-name.ts';
import { isClaude } from '../makers/claude/is-claude.ts';
import { resultsBehindCalls } from '../messages/results-behind-calls.ts';
import { joinedTexts } from '../messages/joined-texts.ts';
import { writeOpaque } from '../messages/write-opaque.ts';
import { fittingConversation, messageFitter } from './fitting-messages.ts';
import { callSignatures } from './google-signature.ts';
import { isEmptyAnswer, isLoneThought, loneThoughtWarning } from './lone-thought.ts';
import { addThought, withoutCallSignatures } from './returned-thoughts.ts';
import { writeDocument } from './document-parts.ts';
import { toolCallIds } from './tool-call-ids.ts';
import { cacheMarksWarning } from '../prompt-cache/warn-of-cache-marks.ts';

/**
 * Writes the messages for a provider of this dialect, with the `instruction` of an output format that it cannot be asked
 * for otherwise. What cannot be converted is named in `warnings`.
 */
export function writeMessages(draft: RequestDraft, instruction?: string): readonly JsonObject[] {
  const { request, target, warnings } = draft;
  const { quirks } = target;
  const writer: Writer = { target, quirks, warnings, callId: toolCallIds(target) };
  const written = resultsBehindCalls(request.messages).flatMap((message): JsonObject[] => {
    const name = message.name === undefined ? {} : { name: message.name };
    switch (message.role) {
      case 'system': {
        const content = contentOf(message.content, 'system', writer);
        // A message may have held only a setting.
        return content === '' ? [] : [{ role: quirks.systemRole ?? 'system', ...name, content }];
      }
      case 'assistant':
        return unlessEmpty(
          { role: 'assistant', ...name, ...assistantMessage(message.content, writer) },
          warnings,
        );
      case 'user':
        return userMessages(message.content, name, writer);
    }
  });
  return fittingConversation(written.map(messageFitter(draft)), instruction, draft);
}

type Writer = {
  readonly target: WireTarget;
  readonly quirks: Quirks;
  readonly warnings: string[];
  readonly callId: (id: string) => string;
};

/** Tool results must directly follow the calls, so they come before everything else in their turn. */
function userMessages(content: readonly ContentPart[], name: JsonObject, writer: Writer): JsonObject[] {
  const results = content.filter((part) => part.type === 'tool-result');
  const rest = content.filter((part) => part.type !== 'tool-result');
  const beside = results.map((result) => mediaOf(result, writer));
  const media = beside.flat();
  const messages = results.map((result, at) => toolMessage(result, beside[at]?.length !== 0, writer));
  if (rest.length === 0 && media.length === 0 && messages.length > 0) return messages;
  const own = contentOf(rest, 'user', writer);
  const texts = typeof own === 'string' ? [{ type: 'text', text: own }] : own;
  const spoken = media.length === 0 ? own : [...media, ...(rest.length === 0 ? [] : texts)];
  return [...messages, { role: 'user', ...name, content: spoken }];
}

/** Writes a tool message. `isContinued`: the next message holds the parts of the result that a tool message cannot. */
function toolMessage(
  { callId, content, isError, cache }: ToolResultPart,
  isContinued: boolean,
  writer: Writer,
): JsonObject {
  const text = content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');
  const result = text === '' && isContinued ? 'The result follows in the next message.' : text;
  // The dialect has no flag for a failed tool; models are used to this word.
  const written = isError && !/^error/i.test(result) ? `Error: ${result}` : result;
  const mark = cache ?? content.map(cacheOf).findLast((one) => one !== undefined);
  const marked = mark && written !== '' ? withMark({ type: 'text', text: written }, mark, writer) : undefined;
  return {
    role: 'tool',
    tool_call_id: writer.callId(callId),
    content: marked?.cache_control === undefined ? written : [marked],
  };
}

/** Returns the images and documents of a tool result, which follow in a user message: a tool message is text only. */
function mediaOf({ callId, content }: ToolResultPart, writer: Writer): JsonObject[] {
  const media = content
    .filter(({ type }) => type !== 'text')
    .flatMap((part) => contentPart(part, 'user', writer));
  if (media.length === 0) return [];
  return [{ type: 'text', text: `Result of the tool call ${writer.callId(callId)}:` }, ...media];
}

function assistantMessage(content: readonly ContentPart[], writer: Writer): JsonObject {
  const calls: JsonValue[] = [];
  const spoken: ContentPart[] = [];
  const members: JsonObject = {};
  const signatures = callSignatures();
  const thoughts = withoutCallSignatures(
    content.filter((part) => part.type === 'reasoning'),
    writer.target,
    signatures,
  );
  for (const part of content) {
    if (part.type === 'reasoning') continue;
    if (part.type === 'tool-call') {
      const { id, name, arguments: args, cache } = part;
      if (cache) writer.warnings.push(callMarkWarning);
      calls.push({
        id: writer.callId(id),
        type: 'function',
        function: { name, arguments: args.trim() === '' ? '{}' : args },
        ...signatures.beside(id),
      });
    } else if (part.type === 'opaque' && part.dialect === 'openai-chat' && part.value.type === undefined) {
      const { tool_calls: custom, ...rest } = part.value;
      if (Array.isArray(custom)) appendAll(calls, custom);
      Object.assign(members, rest);
    } else if (part.type === 'refusal') members.refusal = textOf(members.refusal) + part.text;
    else if (part.type === 'image') addImage(members, part, writer);
    else spoken.push(part);
  }
  const message: JsonObject = {
    content: spokenContent(spoken, writer),
    ...members,
    ...(calls.length > 0 && { tool_calls: calls }),
  };
  for (const thought of thoughts) addThought(message, thought, writer);
  return message;
}

const callMarkWarning =
  "Marks for prompt caching at tool calls were left out: OpenAI's format has no place for them.";

/** Returns no message if nothing but a thought is left of it: many providers reject an empty answer. */
function unlessEmpty(message: JsonObject, warnings: string[]): JsonObject[] {
  if (!isEmptyAnswer(message)) return [message];
  if (isLoneThought(message)) warnings.push(loneThoughtWarning);
  return [];
}

/**
 * Providers that choose among others' models accept an image back in the field in which they sent it; no provider
 * accepts one as an assistant's content.
 */
function addImage(members: JsonObject, part: ImagePart, writer: Writer): void {
  if (!writer.quirks.choosesProviders) {
    writer.warnings.push(
      "An image in an assistant's message was left out: this provider does not accept one there.",
    );
    return;
  }
  const images = Array.isArray(members.images) ? members.images : [];
  members.images = [...images, ...contentPart(part, 'assistant', writer)];
}

/**
 * Writes texts as one plain string, because some providers accept nothing else. Media and cache marks require a list.
 */
function contentOf(
  content: readonly ContentPart[],
  role: Message['role'],
  writer: Writer,
): string | JsonObject[] {
  const parts = content.flatMap((part) => contentPart(part, role, writer));
  const kept = writer.quirks.cacheControl ? withoutBlankParts(parts) : parts;
  if (writer.quirks.cacheControl && kept.length > 1) return kept;
  return joinedTexts(kept) ?? kept;
}

/**
 * Joins blank texts with their neighbours: Claude refuses them as parts of their own. Where cache marks are sent, texts
 * stay parts even without one: clients move their mark on with every call, and a cached prompt is found only if its texts
 * are divided as they were.
 */
function withoutBlankParts(parts: readonly JsonObject[]): JsonObject[] {
  const said: JsonObject[] = [];
  for (const part of parts) {
    const last = said.at(-1);
    const isJoined = last && isPlainText(last) && (isBlank(last) || isBlank(part));
    if (isJoined && part.type === 'text')
      said[said.length - 1] = { ...part, text: `${String(last.text)}${String(part.text)}` };
    else said.push(part);
  }
  return said;
}

function isBlank(part: JsonObject): boolean {
  return isPlainText(part) && String(part.text).trim() === '';
}

/** Writes an assistant's text as one string, even if another dialect split it into blocks; not for Claude where marks are sent. */
function spokenContent(content: readonly ContentPart[], writer: Writer): string | JsonObject[] | null {
  if (content.length === 0) return null;
  const parts = content.flatMap((part) => contentPart(part, 'assistant', writer));
  const isDivided = writer.quirks.cacheControl === true && isClaude(knownName(writer.target));
  if (isDivided && parts.length > 1) return withoutBlankParts(parts);
  return parts.every(isPlainText) ? parts.map(({ text }) => String(text)).join('') : parts;
}

function isPlainText(part: JsonObject): boolean {
  return part.type === 'text' && part.cache_control === undefined;
}

function contentPart(part: ContentPart, role: Message['role'], writer: Writer): JsonObject[] {
  const written = writePart(part, role, writer);
  const cache = cacheOf(part);
  if (cache === undefined || written === undefined) return written ? [written] : [];
  return [withMark(written, cache, writer)];
}

/** Returns a written part with its cache mark, if the provider accepts one. */
function withMark(part: JsonObject, cache: CacheHint, { quirks, warnings }: Writer): JsonObject {
  if (quirks.cacheControl) return { ...part, cache_control: { type: 'ephemeral', ...cache } };
  warnings.push(cacheMarksWarning);
  return part;
}

function writePart(part: ContentPart, role: Message['role'], writer: Writer): JsonObject | undefined {
  switch (part.type) {
    case 'text':
    case 'refusal':
      return { type: 'text', text: part.text };
    case 'image': {
      const url = urlOf(part.source, 'image');
      return { type: 'image_url', image_url: { url, ...imageDetail(part, writer) } };
    }
    case 'document':
      return writeDocument(part, writer.quirks);
    case 'audio':
      return audioPart(part);
    case 'opaque':
      return writeOpaque(part, role, { dialect: 'openai-chat', warnings: writer.warnings })[0];
    default:
      // Calls and thoughts belong to an assistant and are written there; elsewhere they have no meaning.
      return undefined;
  }
}

/** OpenAI's specification of this dialect has these; `original` exists in Responses only, and strict providers refuse it. */
const imageDetails: ReadonlySet<string> = new Set(['auto', 'low', 'high']);

function imageDetail({ detail }: ImagePart, { warnings }: Writer): JsonObject {
  if (!detail) return {};
  if (imageDetails.has(detail)) return { detail };
  warnings.push(`The image detail "${detail}" became "high": Chat Completions does not support it.`);
  return { detail: 'high' };
}

function audioPart({ source, format }: AudioPart): JsonObject {
  if (source.kind !== 'base64') throw unsupported('audio that is not sent along');
  const word = format ?? source.mediaType.split('/')[1] ?? 'wav';
  return { type: 'input_audio', input_audio: { data: source.data, format: word === 'mpeg' ? 'mp3' : word } };
}

function urlOf(source: MediaSource, what: string): string {
  if (source.kind === 'url') return source.url;
  if (source.kind === 'base64') return dataUrl(source);
  throw unsupported(`an ${what} by file id`);
}

function unsupported(what: string): ConclaveError {
  return new ConclaveError(
    'unsupported',
    `openai-chat does not support ${what}; send the bytes as base64 or choose a model of another provider.`,
    { param: 'messages' },
  );
}

function cacheOf(part: ContentPart): CacheHint | undefined {
  return 'cache' in part ? part.cache : undefined;
}
