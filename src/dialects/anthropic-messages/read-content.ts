import { appendAll } from '../../core/lists/append-all.ts';
import type { CacheHint, ContentPart, MediaSource } from '../../core/wire/content.ts';
import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import { documentSource } from '../../core/wire/document-source.ts';
import type { ExtraField } from '../../core/wire/request.ts';
import { proofIn } from '../reasoning/sealed-reasoning.ts';
import { citationsOf, citedFields, searchResultOf } from '../citations/cited-documents.ts';
import { imagePart, inlineMedia } from '../media/inline-media.ts';
import { summaryText } from './without-summarized.ts';
import { array, boolean, choice, object, refuse, string } from '../fields/strict-fields.ts';

/** A message holds a tool result, which holds a document, which holds text: nothing is nested deeper. */
const deepest = 3;

/** Reads a client's content: text, or blocks. Fields that parts do not have are appended to `extras` as hints. */
export function readContent(
  value: JsonValue | undefined,
  at: string,
  extras: ExtraField[],
  depth = 1,
): readonly ContentPart[] {
  if (typeof value === 'string') return value === '' ? [] : [{ type: 'text', text: value }];
  if (!Array.isArray(value)) refuse(at, 'a string or an array of content blocks', value);
  if (depth > deepest) refuse(at, `content nested no deeper than ${deepest} levels`, value);
  return value.map((block, index) => {
    const path = `${at}.${index}`;
    return readBlock({ block: object.check(block, path), at: path, extras, depth });
  });
}

/** One block, its path, and the list for fields that parts do not have. */
type Site = {
  readonly block: JsonObject;
  readonly at: string;
  readonly extras: ExtraField[];
  readonly depth: number;
};

function readBlock(site: Site): ContentPart {
  const { block, at, extras, depth } = site;
  const type = string.required(block, 'type', at);
  switch (type) {
    case 'text':
      noteRest(site, ['citations']);
      return { type, text: string.required(block, 'text', at), ...cacheOf(block, at) };
    case 'image':
      return { ...imagePart(readSource(block, at)), ...cacheOf(block, at) };
    case 'document':
      return readDocument(site);
    case 'search_result':
      return readSearchResult(site);
    case 'thinking': {
      const text = string.required(block, 'thinking', at);
      const signature = proofIn(string.optional(block, 'signature', at));
      return { type: 'reasoning', text, signature };
    }
    case 'redacted_thinking': {
      const redacted = string.required(block, 'data', at);
      return { type: 'reasoning', text: '', redacted };
    }
    case 'tool_use':
      return {
        type: 'tool-call',
        id: string.required(block, 'id', at),
        name: string.required(block, 'name', at),
        arguments: JSON.stringify(object.required(block, 'input', at)),
        ...cacheOf(block, at),
      };
    case 'tool_result':
      return {
        type: 'tool-result',
        callId: string.required(block, 'tool_use_id', at),
        content: isAbsent(block.content)
          ? []
          : readContent(block.content, `${at}.content`, extras, depth + 1),
        isError: boolean.optional(block, 'is_error', at) ?? false,
        ...cacheOf(block, at),
      };
    case 'tool_reference': {
      // In a result of a tool search that the client ran itself; the tool named here is among the request's own.
      if (depth === 1) return { type: 'opaque', dialect: 'anthropic-messages', value: block };
      const name = string.required(block, 'tool_name', at);
      return { type: 'text', text: `Tool found: ${name}`, ...cacheOf(block, at) };
    }
    case 'compaction': {
      // Anthropic drops everything before this block, and a client may leave it out: the summary stands for it.
      const summary = string.optional(block, 'content', at);
      if (!summary) return { type: 'opaque', dialect: 'anthropic-messages', value: block };
      return { type: 'text', text: summaryText(summary), ...cacheOf(block, at) };
    }
    default:
      // Server tools, their results, and whatever Anthropic adds next: only Anthropic can interpret them.
      return { type: 'opaque', dialect: 'anthropic-messages', value: block };
  }
}

const sourceType = choice('base64', 'url', 'file');

function readSource(block: JsonObject, at: string): MediaSource {
  const source = object.required(block, 'source', at);
  const path = `${at}.source`;
  switch (sourceType.required(source, 'type', path)) {
    case 'base64':
      return inlineMedia(string.required(source, 'media_type', path), string.required(source, 'data', path));
    case 'url':
      return { kind: 'url', url: string.required(source, 'url', path) };
    case 'file':
      return {
        kind: 'file',
        fileId: string.required(source, 'file_id', path),
        dialect: 'anthropic-messages',
      };
  }
}

function readDocument(site: Site): ContentPart {
  const { block, at, extras, depth } = site;
  const source = object.required(block, 'source', at);
  const path = `${at}.source`;
  appendAll(extras, citedFields(block, at, ['citations', 'context']));
  const title = string.optional(block, 'title', at);
  const context = string.optional(block, 'context', at);
  const rest = {
    ...(title !== undefined && { title }),
    ...(context !== undefined && { context }),
    ...citationsOf(block),
    ...cacheOf(block, at),
  };
  const asText = (text: string): ContentPart => ({
    type: 'document',
    source: { kind: 'text', text },
    ...rest,
  });
  if (source.type === 'text') return asText(string.required(source, 'data', path));
  if (source.type !== 'content') {
    return { type: 'document', source: documentSource(readSource(block, at)), ...rest };
  }
  const parts = readContent(source.content, `${path}.content`, extras, depth + 1);
  const texts = passagesOf(parts);
  // A document with images has no counterpart in other dialects.
  if (texts.length < parts.length) return { type: 'opaque', dialect: 'anthropic-messages', value: block };
  return { ...lastMarkOf(parts), ...asText(texts.join('\n')) };
}

/** Reads a search result that the client found itself: a document with a title, for dialects without such results. */
function readSearchResult(site: Site): ContentPart {
  const { block, at, extras, depth } = site;
  appendAll(extras, citedFields(block, at, ['source', 'citations']));
  const content = array.required(block, 'content', at);
  const parts = readContent(content, `${at}.content`, extras, depth + 1);
  return { ...searchResultOf(block, at, passagesOf(parts)), ...lastMarkOf(parts), ...cacheOf(block, at) };
}

function passagesOf(parts: readonly ContentPart[]): string[] {
  return parts.flatMap((part) => (part.type === 'text' ? [part.text] : []));
}

/** Returns the last cache mark among parts that become one. */
function lastMarkOf(parts: readonly ContentPart[]): { cache?: CacheHint } {
  return parts.reduce<{ cache?: CacheHint }>(
    (mark, part) => ('cache' in part && part.cache ? { cache: part.cache } : mark),
    {},
  );
}

const ttl = choice('5m', '1h');

/** Returns the cache hint of a block, a tool or a whole request. */
export function cacheOf(block: JsonObject, at?: string): { cache?: CacheHint } {
  const found = object.optional(block, 'cache_control', at);
  if (found === undefined) return {};
  const life = ttl.optional(found, 'ttl', at === undefined ? 'cache_control' : `${at}.cache_control`);
  return { cache: life === undefined ? {} : { ttl: life } };
}

function noteRest({ block, at, extras }: Site, members: readonly string[]): void {
  for (const member of members) {
    const value = block[member];
    if (value === undefined || value === null) continue;
    extras.push({ name: `${at}.${member}`, fieldClass: 'hint', value });
  }
}

function isAbsent(value: JsonValue | undefined): value is undefined | null {
  return value === undefined || value === null;
}
