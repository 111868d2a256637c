import { appendAll } from '../../core/lists/append-all.ts';
import type {
  ContentPart,
  DocumentPart,
  MediaSource,
  Message,
  ReasoningPart,
  ToolCallPart,
  ToolResultPart,
} from '../../core/wire/content.ts';
import type { JsonObject } from '../../core/json/json.ts';
import { writeOpaque, unsupportedBy } from '../messages/write-opaque.ts';
import { parseArguments, parseObject } from '../tools/parse-arguments.ts';
import { noSignature, openSignature } from '../makers/gemini-signatures.ts';

/** What the parts of one request share while they are written. */
export type ContentDraft = {
  readonly warnings: string[];
  readonly callId: (id: string) => string;
  /** Returns the function of a call: responses must name it. */
  readonly nameOfCall: (id: string) => string;
  readonly demandsSignatures: boolean;
};

/** Writes the parts of one message, each with the signature that it came with. */
export function writeContent({ role, content }: Message, draft: ContentDraft): JsonObject[] {
  const ofCalls = new Map<string, string>();
  /** In the order of the images, because clients separate images from their proofs. */
  const ofImages: string[] = [];
  for (const part of content) {
    const signed = part.type === 'reasoning' ? openSignature(part.signature) : undefined;
    if (signed?.at === 'call') ofCalls.set(signed.callId, signed.thoughtSignature);
    if (signed?.at === 'image') ofImages.push(signed.thoughtSignature);
  }
  const parts: JsonObject[] = [];
  /** A signature that comes before the part of Google's own tool that it belongs to. */
  let pending: string | undefined;
  for (const part of content) {
    const signed = part.type === 'reasoning' ? openSignature(part.signature) : undefined;
    if (signed?.at === 'part') pending = signed.thoughtSignature;
    else if (signed?.at === 'call' || signed?.at === 'image') continue;
    else if (part.type === 'tool-call') parts.push(writeCall(part, ofCalls.get(part.id), draft));
    else {
      const written = writePart(part, role, draft);
      const own = part.type === 'image' ? ofImages.shift() : part.type === 'opaque' ? pending : undefined;
      appendAll(
        parts,
        written.map((made) => (own === undefined ? made : { ...made, thoughtSignature: own })),
      );
      if (part.type === 'opaque') pending = undefined;
    }
  }
  return draft.demandsSignatures && role === 'assistant' ? withSignature(parts) : parts;
}

/** The first call of a turn must have a signature; calls of other models never have one. */
function withSignature(parts: JsonObject[]): JsonObject[] {
  const first = parts.findIndex(({ functionCall }) => functionCall !== undefined);
  const call = parts[first];
  if (call === undefined || call.thoughtSignature !== undefined) return parts;
  return parts.with(first, { ...call, thoughtSignature: noSignature });
}

function writeCall(
  part: ToolCallPart,
  signature: string | undefined,
  { warnings, callId }: ContentDraft,
): JsonObject {
  const functionCall = { id: callId(part.id), name: part.name, args: parseArguments(part, warnings) };
  return { functionCall, ...(signature !== undefined && { thoughtSignature: signature }) };
}

function writePart(part: ContentPart, role: Message['role'], draft: ContentDraft): JsonObject[] {
  switch (part.type) {
    case 'text':
    case 'refusal':
      return part.text === '' ? [] : [{ text: part.text }];
    case 'image':
      if (part.detail !== undefined && part.detail !== 'auto') {
        draft.warnings.push(
          `The image detail "${part.detail}" was left out: Gemini does not support it here.`,
        );
      }
      return [writeMedia(part.source, 'An image')];
    case 'audio':
      return [writeMedia(part.source, 'A sound')];
    case 'document':
      return writeDocument(part);
    case 'reasoning':
      return writeReasoning(part, draft);
    case 'tool-result':
      return writeResult(part, draft);
    case 'opaque':
      return writeOpaque(part, role, { dialect: 'google-generate', warnings: draft.warnings });
    case 'tool-call':
      return [];
  }
}

/** Gemini knows no names of media: a title is a text before them. */
function writeDocument({ source, title }: DocumentPart): JsonObject[] {
  if (source.kind === 'text')
    return [{ text: title === undefined ? source.text : `${title}\n\n${source.text}` }];
  return [...(title ? [{ text: `${title}:` }] : []), writeMedia(source, 'A document')];
}

function writeReasoning({ text, signature }: ReasoningPart, { warnings }: ContentDraft): JsonObject[] {
  const signed = openSignature(signature);
  if (signed?.at === 'text') return [{ text: '', thoughtSignature: signed.thoughtSignature }];
  if (signed?.at === 'thought') return [{ text, thought: true, thoughtSignature: signed.thoughtSignature }];
  warnings.push('Reasoning was left out: Gemini accepts only what it signed itself.');
  return [];
}

/** Media come after the response, because only the newest models accept them inside it. */
function writeResult(part: ToolResultPart, draft: ContentDraft): JsonObject[] {
  const texts = part.content.flatMap((inner) => (inner.type === 'text' ? [inner.text] : []));
  const media = part.content.filter(({ type }) => type !== 'text');
  if (texts.length === 0 && media.length > 0) texts.push('The result follows beside this.');
  const functionResponse = {
    id: draft.callId(part.callId),
    name: draft.nameOfCall(part.callId),
    response: responseOf(texts.join('\n'), part.isError),
  };
  return [{ functionResponse }, ...media.flatMap((inner) => writePart(inner, 'user', draft))];
}

function responseOf(text: string, isError: boolean): JsonObject {
  if (isError) return { error: text };
  // Text may also happen to begin with a brace.
  return (text.startsWith('{') ? parseObject(text) : undefined) ?? { output: text };
}

function writeMedia(source: MediaSource, what: string): JsonObject {
  switch (source.kind) {
    case 'base64':
      refuseStrangeType(source.mediaType, what);
      return { inlineData: { mimeType: source.mediaType, data: source.data } };
    case 'url': {
      const mimeType = source.mediaType ?? typeByEnding(source.url);
      if (mimeType !== undefined) refuseStrangeType(mimeType, what);
      return { fileData: { fileUri: source.url, ...(mimeType !== undefined && { mimeType }) } };
    }
    case 'file':
      if (source.dialect !== 'google-generate')
        throw unsupportedBy('google-generate', `The file "${source.fileId}" of ${source.dialect}`);
      return { fileData: { fileUri: source.fileId } };
  }
}

/**
 * Media of any other type are rejected with a 400 for the whole request:
 * https://ai.google.dev/gemini-api/docs/image-understanding and its sibling pages.
 */
const takenTypes =
  /^(?:image\/(?:png|jpeg|webp|heic|heif)|application\/pdf|(?:audio|video|text)\/[^;]+)(?:;|$)/i;

function refuseStrangeType(mediaType: string, what: string): void {
  if (!takenTypes.test(mediaType)) throw unsupportedBy('google-generate', `${what} of type "${mediaType}"`);
}

const types: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  gif: 'image/gif',
  heic: 'image/heic',
  pdf: 'application/pdf',
  mp4: 'video/mp4',
  mp3: 'audio/mpeg',
  wav: 'audio/wav',
};

function typeByEnding(url: string): string | undefined {
  return types[/\.(\w+)(?:[?#]|$)/.exec(url)?.[1]?.toLowerCase() ?? ''];
}
