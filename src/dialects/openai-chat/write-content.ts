import type {
  AudioPart,
  CacheHint,
  ContentPart,
  ImagePart,
  MediaSource,
  Message,
} from '../../core/wire/content.ts';
import type { JsonObject } from '../../core/json/json.ts';
import { isClaude } from '../makers/claude/is-claude.ts';
import { dataUrl } from '../media/data-url.ts';
import { joinedTexts } from '../messages/joined-texts.ts';
import { unsupportedBy, writeOpaque } from '../messages/write-opaque.ts';
import { cacheMarksWarning } from '../prompt-cache/warn-of-cache-marks.ts';
import type { RequestDraft } from '../request/draft.ts';
import { knownName } from '../request/known-name.ts';
import { writeDocument } from './document-parts.ts';

type ContentDraft = Pick<RequestDraft, 'target' | 'warnings'>;

/**
 * Writes texts as one plain string, because some providers accept nothing else. Media and cache marks require a list.
 */
export function contentOf(
  content: readonly ContentPart[],
  role: Message['role'],
  draft: ContentDraft,
): string | JsonObject[] {
  const parts = content.flatMap((part) => contentPart(part, role, draft));
  const kept = draft.target.quirks.cacheControl ? withoutBlankParts(parts) : parts;
  if (draft.target.quirks.cacheControl && kept.length > 1) return kept;
  return joinedTexts(kept) ?? kept;
}

/** Writes an assistant's text as one string, even if another dialect split it into blocks; not for Claude where marks are sent. */
export function spokenContent(
  content: readonly ContentPart[],
  draft: ContentDraft,
): string | JsonObject[] | null {
  if (content.length === 0) return null;
  const parts = content.flatMap((part) => contentPart(part, 'assistant', draft));
  const isDivided = draft.target.quirks.cacheControl === true && isClaude(knownName(draft.target));
  if (isDivided && parts.length > 1) return withoutBlankParts(parts);
  return parts.every(isPlainText) ? parts.map(({ text }) => String(text)).join('') : parts;
}

/** Writes a part with its cache mark; empty for what has no meaning there. */
export function contentPart(part: ContentPart, role: Message['role'], draft: ContentDraft): JsonObject[] {
  const written = writePart(part, role, draft);
  const cache = cacheOf(part);
  if (cache === undefined || written === undefined) return written ? [written] : [];
  return [withMark(written, cache, draft)];
}

/** Returns a written part with its cache mark, if the provider accepts one. */
export function withMark(part: JsonObject, cache: CacheHint, { target, warnings }: ContentDraft): JsonObject {
  if (target.quirks.cacheControl) return { ...part, cache_control: { type: 'ephemeral', ...cache } };
  warnings.push(cacheMarksWarning);
  return part;
}

/** Returns the cache mark of a part. */
export function cacheOf(part: ContentPart): CacheHint | undefined {
  return 'cache' in part ? part.cache : undefined;
}

function writePart(part: ContentPart, role: Message['role'], draft: ContentDraft): JsonObject | undefined {
  switch (part.type) {
    case 'text':
    case 'refusal':
      return { type: 'text', text: part.text };
    case 'image': {
      const url = imageUrl(part.source);
      return { type: 'image_url', image_url: { url, ...imageDetail(part, draft) } };
    }
    case 'document':
      return writeDocument(part, draft.target.quirks);
    case 'audio':
      return audioPart(part);
    case 'opaque':
      return writeOpaque(part, role, { dialect: 'openai-chat', warnings: draft.warnings })[0];
    default:
      // Calls and thoughts belong to an assistant and are written there; elsewhere they have no meaning.
      return undefined;
  }
}

/** OpenAI's specification of this dialect has these; `original` exists in Responses only, and strict providers refuse it. */
const imageDetails: ReadonlySet<string> = new Set(['auto', 'low', 'high']);

function imageDetail({ detail }: ImagePart, { warnings }: ContentDraft): JsonObject {
  if (!detail) return {};
  if (imageDetails.has(detail)) return { detail };
  warnings.push(`The image detail "${detail}" became "high": Chat Completions does not support it.`);
  return { detail: 'high' };
}

function audioPart({ source, format }: AudioPart): JsonObject {
  if (source.kind !== 'base64')
    throw unsupportedBy('openai-chat', 'A sound by URL or file id, instead of its bytes as base64,');
  const word = format ?? source.mediaType.split('/')[1] ?? 'wav';
  return { type: 'input_audio', input_audio: { data: source.data, format: word === 'mpeg' ? 'mp3' : word } };
}

function imageUrl(source: MediaSource): string {
  if (source.kind === 'url') return source.url;
  if (source.kind === 'base64') return dataUrl(source);
  throw unsupportedBy('openai-chat', 'An image by file id, instead of its bytes as base64,');
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

function isPlainText(part: JsonObject): boolean {
  return part.type === 'text' && part.cache_control === undefined;
}
