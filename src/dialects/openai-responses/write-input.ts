import { appendAll } from '../../core/lists/append-all.ts';
import type {
  ContentPart,
  DialectId,
  DocumentPart,
  MediaSource,
  Message,
  ReasoningPart,
  ToolResultPart,
} from '../../core/wire/content.ts';
import type { JsonObject } from '../../core/json/json.ts';
import type { Quirks } from '../../core/provider.ts';
import { acceptableIds } from '../tools/acceptable-ids.ts';
import { dataUrl } from '../media/data-url.ts';
import { fileName } from '../media/file-name.ts';
import { resultsBehindCalls } from '../messages/results-behind-calls.ts';
import { writeOpaque, unsupportedBy } from '../messages/write-opaque.ts';
import { freeformInput } from '../openai/freeform-input.ts';
import { openReasoning } from '../reasoning/sealed-reasoning.ts';
import { reasoningItem, refusalPart } from './output-items.ts';

type Writing = {
  readonly warnings: string[];
  /** Call ids must have at most 64 characters. */
  readonly callId: (id: string) => string;
  /** Whether to mark which of the model's texts were a commentary and which the answer. */
  readonly phases: boolean;
  /** The names of tools whose calls are free text. */
  readonly customs: ReadonlySet<string>;
  /** The calls of such tools, which their results must match. */
  readonly customCalls: Set<string>;
};

/** Writes a conversation as input items; `instruction` is added as a system message at the start. */
export function writeInput(
  messages: readonly Message[],
  options: {
    readonly quirks: Quirks;
    readonly instruction?: string;
    readonly phases?: boolean;
    readonly customs?: ReadonlySet<string>;
    readonly warnings: string[];
  },
): JsonObject[] {
  const writing: Writing = {
    warnings: options.warnings,
    callId: acceptableIds(64),
    phases: options.phases ?? false,
    customs: options.customs ?? new Set(),
    customCalls: new Set(),
  };
  const system = options.quirks.systemRole ?? 'system';
  // OpenAI pairs outputs with calls by their ids; other servers refuse a message between the two.
  const items = resultsBehindCalls(messages).flatMap((message) => {
    if (message.role === 'assistant') return writeAnswer(message, writing);
    return writeQuestion(message, message.role === 'system' ? system : 'user', writing);
  });
  return options.instruction === undefined ? items : [messageOf(system, options.instruction), ...items];
}

function messageOf(role: string, content: string | JsonObject[]): JsonObject {
  return { type: 'message', role, content };
}

/** Results of calls are items of their own, before everything else in their turn. */
function writeQuestion({ content }: Message, role: string, writing: Writing): JsonObject[] {
  const results: JsonObject[] = [];
  const others: ContentPart[] = [];
  for (const part of content) {
    if (part.type === 'tool-result') results.push(writeResult(part, writing));
    else others.push(part);
  }
  const isDone = results.length > 0 || role !== 'user';
  if (others.length === 0 && isDone) return results;
  return [...results, messageOf(role, plainContent(others, writing))];
}

function writeResult(part: ToolResultPart, writing: Writing): JsonObject {
  const { callId, customCalls } = writing;
  const output = plainContent(part.isError ? asError(part.content) : part.content, writing);
  const type = customCalls.has(part.callId) ? 'custom_tool_call_output' : 'function_call_output';
  return { type, call_id: callId(part.callId), output };
}

/** There is no flag for a failed tool; models are used to this word. */
function asError([first, ...rest]: readonly ContentPart[]): ContentPart[] {
  if (first?.type !== 'text') return [{ type: 'text', text: 'Error' }, ...(first ? [first] : []), ...rest];
  return [{ ...first, text: `Error: ${first.text}` }, ...rest];
}

/** Writes a single text as a string, because the simplest providers require it. */
function plainContent(parts: readonly ContentPart[], { warnings }: Writing): string | JsonObject[] {
  const texts = parts.flatMap((part) => (part.type === 'text' ? [part.text] : []));
  if (texts.length === parts.length && texts.length < 2) return texts[0] ?? '';
  return parts.flatMap((part) => writePart(part, warnings));
}

/** Writes a model's message in its order: thoughts, text, calls. Text before a call was a commentary. */
function writeAnswer({ content }: Message, writing: Writing): JsonObject[] {
  const items: JsonObject[] = [];
  let words: JsonObject[] | undefined;
  const lastCall = content.findLastIndex(({ type }) => type === 'tool-call');
  for (const [at, part] of content.entries()) {
    const said = messagePart(part);
    if (said === undefined) {
      words = undefined;
      appendAll(items, writeAnswerPart(part, writing));
      continue;
    }
    if (words === undefined) {
      words = [];
      const phase = at < lastCall ? 'commentary' : 'final_answer';
      items.push({ ...messageOf('assistant', words), ...(writing.phases && { phase }) });
    }
    words.push(said);
  }
  return items;
}

/** Returns what stands in a message; everything else of an answer is an item of its own. */
function messagePart(part: ContentPart): JsonObject | undefined {
  if (part.type === 'text') return { type: 'output_text', text: part.text };
  if (part.type === 'refusal') return refusalPart(part.text);
  const isOwn = part.type === 'opaque' && part.dialect === 'openai-responses' && part.inMessage;
  return isOwn ? part.value : undefined;
}

function writeAnswerPart(part: ContentPart, writing: Writing): JsonObject[] {
  switch (part.type) {
    case 'tool-call': {
      const { id, name } = part;
      const called = { call_id: writing.callId(id), name };
      if (!writing.customs.has(name))
        return [{ type: 'function_call', ...called, arguments: part.arguments || '{}' }];
      writing.customCalls.add(id);
      return [{ type: 'custom_tool_call', ...called, input: freeformInput(part.arguments) }];
    }
    case 'reasoning':
      return writeReasoning(part, writing);
    case 'opaque':
      return writeOpaque(part, 'assistant', { dialect: 'openai-responses', warnings: writing.warnings });
    default:
      writing.warnings.push(
        `A ${part.type} in an assistant's message was left out: OpenAI does not accept one there.`,
      );
      return [];
  }
}

/** Thoughts go back only to the maker of their proof. */
function writeReasoning(part: ReasoningPart, { warnings }: Writing): JsonObject[] {
  const proof = openReasoning('openai-responses', part.redacted ?? part.signature);
  if (proof) return [reasoningItem('', part.text, proof)];
  warnings.push('Reasoning of another model was left out: OpenAI accepts only its own.');
  return [];
}

function writePart(part: ContentPart, warnings: string[]): JsonObject[] {
  switch (part.type) {
    case 'text':
    case 'refusal':
      return [{ type: 'input_text', text: part.text }];
    case 'image': {
      const { source, detail } = part;
      const place = source.kind === 'file' ? fileOf(source) : { image_url: urlOf(source) };
      return [{ type: 'input_image', ...place, ...(detail !== undefined && { detail }) }];
    }
    case 'document':
      return writeDocument(part);
    case 'audio':
      throw unsupportedBy('openai-responses', 'A sound');
    case 'opaque':
      return writeOpaque(part, 'user', { dialect: 'openai-responses', warnings });
    default:
      throw unsupportedBy('openai-responses', `A part of the kind "${part.type}" in a user's message`);
  }
}

function urlOf(source: Exclude<MediaSource, { kind: 'file' }>): string {
  return source.kind === 'url' ? source.url : dataUrl(source);
}

/** OpenAI accepts a name only beside the bytes of a file: elsewhere the title is a text before it. */
function writeDocument({ source, title }: DocumentPart): JsonObject[] {
  const titled = title ? [{ type: 'input_text', text: `${title}:` }] : [];
  switch (source.kind) {
    case 'text': {
      const text = title === undefined ? source.text : `${title}\n\n${source.text}`;
      return [{ type: 'input_text', text }];
    }
    case 'url':
      return [...titled, { type: 'input_file', file_url: source.url }];
    case 'file':
      return [...titled, { type: 'input_file', ...fileOf(source) }];
    case 'base64': {
      const filename = fileName(title, source.mediaType);
      return [{ type: 'input_file', filename, file_data: dataUrl(source) }];
    }
  }
}

/** Files uploaded to OpenAI are available in both of its formats. */
const ownFiles: ReadonlySet<DialectId> = new Set(['openai-responses', 'openai-chat']);

function fileOf({ fileId, dialect }: { fileId: string; dialect: DialectId }): JsonObject {
  if (!ownFiles.has(dialect)) throw unsupportedBy('openai-responses', `The file "${fileId}" of ${dialect}`);
  return { file_id: fileId };
}
