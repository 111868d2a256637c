import { appendAll } from '../../core/lists/append-all.ts';
import type { CacheHint, ContentPart, MediaSource } from '../../core/wire/content.ts';
import { documentSource } from '../../core/wire/document-source.ts';
import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import type { ExtraField } from '../../core/wire/request.ts';
import { imagePart } from '../media/inline-media.ts';
import { citationsOf, citedFields, searchResultOf } from '../citations/cited-documents.ts';
import { array, object, refuse, string } from '../fields/strict-fields.ts';
import { readMedia } from './media.ts';
import { redactedOf } from './redacted-content.ts';

/** A message holds a tool result, which holds its content: nothing is nested deeper. */
const deepest = 2;

/**
 * Reads a client's content blocks. A cache point becomes a hint of the part before it. Fields that not every dialect can
 * express are appended to `extras`.
 */
export function readContent(
  blocks: readonly JsonValue[],
  at: string,
  extras: ExtraField[],
  depth = 1,
): ContentPart[] {
  const parts: ContentPart[] = [];
  if (depth > deepest) refuse(at, `content nested no deeper than ${deepest} levels`, [...blocks]);
  for (const [index, value] of blocks.entries()) {
    const path = `${at}.${index}`;
    const block = object.check(value, path);
    const last = parts.at(-1);
    if (block.cachePoint === undefined) parts.push(readBlock(block, path, extras, depth));
    else if (last) parts[parts.length - 1] = cached(last, object.required(block, 'cachePoint', path));
  }
  return parts;
}

function readBlock(block: JsonObject, at: string, extras: ExtraField[], depth: number): ContentPart {
  if (block.text !== undefined) return { type: 'text', text: string.required(block, 'text', at) };
  if (block.json !== undefined) return { type: 'text', text: JSON.stringify(block.json) };
  if (block.image !== undefined) return imagePart(mediaOf(block, 'image', at));
  if (block.audio !== undefined) return { type: 'audio', source: mediaOf(block, 'audio', at) };
  if (block.document !== undefined) return readDocument(block, at, extras);
  if (block.searchResult !== undefined) return readSearchResult(block, at, extras);
  if (block.toolUse !== undefined) return readCall(block, at);
  if (block.toolResult !== undefined) return readResult(block, at, extras, depth);
  if (block.reasoningContent !== undefined) return readReasoning(block, at);
  return { type: 'opaque', dialect: 'bedrock-converse', value: block };
}

function mediaOf(block: JsonObject, member: string, at: string): MediaSource {
  const path = `${at}.${member}`;
  const media = object.required(block, member, at);
  const format = string.required(media, 'format', path);
  const source = object.required(media, 'source', path);
  const place = object.optional(source, 's3Location', `${path}.source`);
  if (place) return readMedia({ format, uri: string.required(place, 'uri', `${path}.source.s3Location`) });
  return readMedia({ format, bytes: string.required(source, 'bytes', `${path}.source`) });
}

function readDocument(block: JsonObject, at: string, extras: ExtraField[]): ContentPart {
  const path = `${at}.document`;
  const document = object.required(block, 'document', at);
  const source = object.required(document, 'source', path);
  appendAll(extras, citedFields(document, path, ['citations', 'context']));
  const title = string.optional(document, 'name', path);
  const context = string.optional(document, 'context', path);
  const rest = {
    ...(title !== undefined && { title }),
    ...(context !== undefined && { context }),
    ...citationsOf(document),
  };
  if (source.text === undefined)
    return { type: 'document', source: documentSource(mediaOf(block, 'document', at)), ...rest };
  const text = string.required(source, 'text', `${path}.source`);
  return { type: 'document', source: { kind: 'text', text }, ...rest };
}

/** Reads a result of the client's own search: a document with a title, for dialects without such results. */
function readSearchResult(block: JsonObject, at: string, extras: ExtraField[]): ContentPart {
  const path = `${at}.searchResult`;
  const result = object.required(block, 'searchResult', at);
  appendAll(extras, citedFields(result, path, ['source', 'citations']));
  const passages = array
    .required(result, 'content', path)
    .map((value, index) =>
      string.required(object.check(value, `${path}.content.${index}`), 'text', `${path}.content.${index}`),
    );
  return searchResultOf(result, path, passages);
}

function readCall(block: JsonObject, at: string): ContentPart {
  const call = object.required(block, 'toolUse', at);
  if (call.type === 'server_tool_use') return { type: 'opaque', dialect: 'bedrock-converse', value: block };
  const path = `${at}.toolUse`;
  return {
    type: 'tool-call',
    id: string.required(call, 'toolUseId', path),
    name: string.required(call, 'name', path),
    arguments: JSON.stringify(object.required(call, 'input', path)),
  };
}

function readResult(block: JsonObject, at: string, extras: ExtraField[], depth: number): ContentPart {
  const path = `${at}.toolResult`;
  const result = object.required(block, 'toolResult', at);
  // Results of Bedrock's own tools have a `type`.
  if (result.type !== undefined) return { type: 'opaque', dialect: 'bedrock-converse', value: block };
  const content = array.optional(result, 'content', path) ?? [];
  return {
    type: 'tool-result',
    callId: string.required(result, 'toolUseId', path),
    content: readContent(content, `${path}.content`, extras, depth + 1),
    isError: result.status === 'error',
  };
}

function readReasoning(block: JsonObject, at: string): ContentPart {
  const path = `${at}.reasoningContent`;
  const content = object.required(block, 'reasoningContent', at);
  const redacted = string.optional(content, 'redactedContent', path);
  if (redacted !== undefined) return { type: 'reasoning', text: '', redacted: redactedOf(redacted) };
  const found = object.required(content, 'reasoningText', path);
  const signature = string.optional(found, 'signature', `${path}.reasoningText`);
  const text = string.required(found, 'text', `${path}.reasoningText`);
  return { type: 'reasoning', text, ...(signature && { signature }) };
}

function cached(part: ContentPart, { ttl }: JsonObject): ContentPart {
  const cache: CacheHint = ttl === '1h' ? { ttl } : {};
  switch (part.type) {
    case 'text':
    case 'image':
    case 'document':
    case 'tool-call':
    case 'tool-result':
      return { ...part, cache };
    default:
      return part;
  }
}
