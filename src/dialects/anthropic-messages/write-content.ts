import type {
  CacheHint,
  ContentPart,
  DocumentPart,
  DocumentSource,
  ImagePart,
  MediaSource,
  Message,
  ReasoningPart,
} from '../../core/wire/content.ts';
import { documentSource } from '../../core/wire/document-source.ts';
import type { JsonObject } from '../../core/json/json.ts';
import { writeOpaque, unsupportedBy } from '../messages/write-opaque.ts';
import { parseArguments } from '../tools/parse-arguments.ts';
import type { ClaudeDraft } from '../makers/claude/draft.ts';
import { returnedProof } from '../makers/claude/own-thoughts.ts';
import { withoutBlankText } from './blank-text.ts';

/** Writes the parts of one message as blocks. `callId` makes call ids acceptable. */
export function writeContent(
  { role, content }: Message,
  draft: ClaudeDraft,
  callId: (id: string) => string,
): JsonObject[] {
  return withoutBlankText(
    content.map((part) => writePart(part, role, draft, callId)).filter((block) => block !== undefined),
  );
}

function writePart(
  part: ContentPart,
  role: Message['role'],
  draft: ClaudeDraft,
  callId: (id: string) => string,
): JsonObject | undefined {
  switch (part.type) {
    case 'text':
      // Empty text is rejected, and carries nothing.
      return part.text === '' ? undefined : { type: 'text', text: part.text, ...cacheControl(part.cache) };
    case 'refusal':
      return part.text === '' ? undefined : { type: 'text', text: part.text };
    case 'image':
      return writeImage(part, role, draft);
    case 'document':
      return writeDocument(part);
    case 'audio':
      throw unsupportedBy('anthropic-messages', 'An audio part');
    case 'reasoning':
      return writeReasoning(part, draft);
    case 'tool-call':
      return {
        type: 'tool_use',
        id: callId(part.id),
        name: part.name,
        input: parseArguments(part, draft.warnings),
        ...cacheControl(part.cache),
      };
    case 'tool-result':
      return {
        type: 'tool_result',
        tool_use_id: callId(part.callId),
        ...writeResult(writeContent({ role: 'user', content: part.content }, draft, callId)),
        ...(part.isError && { is_error: true }),
        ...cacheControl(part.cache),
      };
    case 'opaque':
      return writeOpaque(part, role, { dialect: 'anthropic-messages', warnings: draft.warnings })[0];
  }
}

function writeResult(blocks: JsonObject[]): JsonObject {
  const [only] = blocks;
  if (only === undefined) return {};
  const plain = blocks.length === 1 && only.type === 'text' && only.cache_control === undefined;
  return { content: plain ? only.text : blocks };
}

/** All other types are rejected with a 400: https://platform.claude.com/docs/en/build-with-claude/vision */
const imageTypes: ReadonlySet<string> = new Set(['image/jpeg', 'image/png', 'image/gif', 'image/webp']);

function writeImage(
  part: ImagePart,
  role: Message['role'],
  { warnings }: ClaudeDraft,
): JsonObject | undefined {
  if (role === 'assistant') {
    warnings.push(
      "An image in an assistant's message was left out: Anthropic accepts images from the user only.",
    );
    return undefined;
  }
  if (part.detail !== undefined && part.detail !== 'auto') {
    warnings.push(`The image detail "${part.detail}" was left out: Anthropic does not support it.`);
  }
  const { source } = part;
  if (source.kind === 'base64' && !imageTypes.has(source.mediaType)) {
    throw unsupportedBy('anthropic-messages', `An image of type "${source.mediaType}"`);
  }
  return { type: 'image', source: mediaSource(source), ...cacheControl(part.cache) };
}

function mediaSource(source: MediaSource): JsonObject {
  switch (source.kind) {
    case 'base64':
      return { type: 'base64', media_type: source.mediaType, data: source.data };
    case 'url':
      return { type: 'url', url: source.url };
    case 'file':
      if (source.dialect !== 'anthropic-messages')
        throw unsupportedBy('anthropic-messages', `The file "${source.fileId}" of ${source.dialect}`);
      return { type: 'file', file_id: source.fileId };
  }
}

function writeDocument({ source, title, context, citations, found, cache }: DocumentPart): JsonObject {
  const shared = { ...(citations && { citations: { enabled: true } }), ...cacheControl(cache) };
  if (found) {
    const content = found.passages.map((text) => ({ type: 'text', text }));
    return { type: 'search_result', source: found.source, title: title ?? '', content, ...shared };
  }
  return {
    type: 'document',
    source: writeSource(source),
    ...(title && { title }),
    ...(context && { context }),
    ...shared,
  };
}

function writeSource(given: DocumentSource): JsonObject {
  const source = given.kind === 'text' ? given : documentSource(asPlainText(given));
  if (source.kind === 'text') return { type: 'text', media_type: 'text/plain', data: source.text };
  if (source.kind !== 'base64' || source.mediaType === 'application/pdf') return mediaSource(source);
  throw unsupportedBy('anthropic-messages', `A document of type "${source.mediaType}"`);
}

/** Other models read RTF as a file, Claude only as text. */
function asPlainText(source: MediaSource): MediaSource {
  return source.kind === 'base64' && source.mediaType === 'text/rtf'
    ? { ...source, mediaType: 'text/plain' }
    : source;
}

function writeReasoning(part: ReasoningPart, { target, warnings }: ClaudeDraft): JsonObject | undefined {
  const proof = returnedProof(part, target);
  if (proof === undefined) {
    warnings.push('Reasoning of another model was left out: only its own maker can read it.');
    return undefined;
  }
  return 'redacted' in proof
    ? { type: 'redacted_thinking', data: proof.redacted }
    : { type: 'thinking', thinking: part.text, signature: proof.signature };
}

/** Writes the cache hint as a field of a block or a tool. */
export function cacheControl(cache: CacheHint | undefined): JsonObject {
  return cache === undefined ? {} : { cache_control: { type: 'ephemeral', ...cache } };
}
