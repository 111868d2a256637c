import { bytesPerToken, mediaCharactersPerToken } from '../../../core/estimate-tokens.ts';
import type { JsonObject } from '../../../core/json/json.ts';
import type { ContentPart, MediaSource, Message } from '../../../core/wire/content.ts';
import type { Capability } from '../../../core/model.ts';
import type { ModelRequest } from '../../../core/wire/request.ts';
import { usualImageTokens } from '../../money/most-tokens.ts';
import type { TokenBounds } from '../../../core/routing/request/request-features.ts';
import type { Tokens } from '../../../core/units.ts';
import { blockContents } from './block-contents.ts';

/** How large a request is and what it needs, from one walk over it. */
export type RequestSize = {
  /**
   * The estimate is bytes of text / 4, and typical sizes for media. The upper bound: a token is at least one byte of
   * text, plus overhead for every message, tool and medium.
   */
  readonly prompt: TokenBounds;
  /** How many of these tokens the provider adds from a conversation that it stores. Absent: none. */
  readonly storedTokens?: Tokens;
  /** How many images the prompt contains. */
  readonly images: number;
  /** It contains a document or audio by address or file id, which only its provider measures. */
  readonly hasReferences: boolean;
  readonly needs: readonly Capability[];
};

const messageOverhead = 8;
/** At most, except for models that count more for an image (`imageTokens`). */
const image = { typical: 1_100, atMost: usualImageTokens };
/** A document or audio that is not in the request: where no bound is needed, a few pages. */
const reference = { typical: 1_100, usual: 16_384 };
/** Base64 characters of a PDF or audio per token: typically, and in the worst case. */
const media = { typical: mediaCharactersPerToken, atMost: 4 };

/** No current tokenizer produces more than this many times the tokens of the one we count with. */
const otherTokenizers = 1.5;

/** Measures a request without a tokenizer: bounds for money, an estimate for windows and ranking. */
export function measureRequest(
  request: ModelRequest,
  /** The size of a text, in bytes. */
  weight: (text: string) => number = Buffer.byteLength,
): RequestSize {
  if (request.embedding) return measureTexts(request, weight);
  const sums: Sums = {
    bytes: 0,
    overhead: messageOverhead,
    typicalMedia: 0,
    boundMedia: 0,
    images: 0,
    hasReferences: false,
    needs: [],
    weight,
  };
  for (const { role, content } of request.messages) {
    sums.overhead += messageOverhead;
    for (const part of content) addPart(sums, part, role);
  }
  if (request.tools && request.tools.length > 0) {
    need(sums, 'tools');
    sums.overhead += request.tools.length * messageOverhead;
    addText(sums, JSON.stringify(request.tools));
  }
  if (request.output) {
    if (request.output.type === 'json-schema') need(sums, 'json-schema');
    addText(sums, JSON.stringify(request.output));
  }
  const { bytes, overhead, typicalMedia, boundMedia, images, hasReferences, needs } = sums;
  const expected = Math.ceil(bytes / bytesPerToken) + overhead + typicalMedia;
  const atMost = bytes + overhead * 2 + boundMedia;
  return { prompt: { expected, ceiling: atMost, reserved: atMost }, images, hasReferences, needs };
}

/** What a walk over a request has added up so far. */
type Sums = {
  bytes: number;
  overhead: Tokens;
  typicalMedia: Tokens;
  boundMedia: Tokens;
  images: number;
  hasReferences: boolean;
  readonly needs: Capability[];
  readonly weight: (text: string) => number;
};

function need({ needs }: Sums, capability: Capability): void {
  if (!needs.includes(capability)) needs.push(capability);
}

function addPart(sums: Sums, part: ContentPart, role: Message['role']): void {
  switch (part.type) {
    case 'text':
    case 'refusal':
      addText(sums, part.text);
      return;
    case 'reasoning':
      addText(sums, part.text);
      sums.bytes += (part.signature?.length ?? 0) + (part.redacted?.length ?? 0);
      return;
    case 'image':
      // Images in a model's own turns are left out, with a warning, for a model without vision.
      if (role !== 'assistant') need(sums, 'vision');
      addImage(sums);
      return;
    case 'document':
      if (part.source.kind !== 'text') need(sums, 'documents');
      for (const text of [part.title, part.context]) if (text) addText(sums, text);
      addMedia(sums, part.source);
      return;
    case 'audio':
      need(sums, 'audio');
      addMedia(sums, part.source);
      return;
    case 'tool-call':
      addText(sums, part.arguments);
      sums.bytes += part.name.length + part.id.length;
      sums.overhead += messageOverhead;
      return;
    case 'tool-result':
      sums.overhead += messageOverhead;
      for (const one of part.content) addPart(sums, one, role);
      return;
    case 'opaque':
      addBlock(sums, part.value);
  }
}

function addText(sums: Sums, text: string): void {
  sums.bytes += sums.weight(text);
}

function addImage(sums: Sums): void {
  sums.images += 1;
  sums.typicalMedia += image.typical;
  sums.boundMedia += image.atMost;
}

function addBase64(sums: Sums, data: string): void {
  sums.typicalMedia += Math.ceil(data.length / media.typical);
  sums.boundMedia += Math.ceil(data.length / media.atMost);
}

function addMedia(sums: Sums, source: MediaSource | { kind: 'text'; text: string }): void {
  if (source.kind === 'text') addText(sums, source.text);
  else if (source.kind === 'base64') addBase64(sums, source.data);
  else {
    sums.hasReferences = true;
    sums.typicalMedia += reference.typical;
    sums.boundMedia += reference.usual;
  }
}

function addBlock(sums: Sums, block: JsonObject): void {
  const { text, media: found } = blockContents(block);
  addText(sums, text);
  for (const medium of found) {
    if (medium.isImage) addImage(sums);
    else addBase64(sums, medium.data);
  }
}

/** Texts to embed have no conversation; each is counted by itself, as in their usage. */
function measureTexts({ messages }: ModelRequest, weight: (text: string) => number): RequestSize {
  let expected = 0;
  let atMost = 0;
  for (const { content } of messages) {
    for (const part of content) {
      const bytes = part.type === 'text' ? weight(part.text) : 0;
      expected += Math.ceil(bytes / bytesPerToken);
      atMost += bytes + messageOverhead;
    }
  }
  return {
    prompt: { expected, ceiling: atMost, reserved: atMost },
    images: 0,
    hasReferences: false,
    needs: ['embeddings'],
  };
}

/** Returns the size with its text counted instead of estimated. Media stay estimates; upper bounds stay bounds. */
export async function exactSize(
  request: ModelRequest,
  size: RequestSize,
  count: (text: string) => Promise<Tokens>,
): Promise<RequestSize> {
  const { prompt, storedTokens = 0 } = size;
  const texts: string[] = [];
  // Everything except the text: overhead and media.
  const { prompt: rest } = measureRequest(request, (text) => {
    texts.push(text);
    return 0;
  });
  const text = await count(texts.join('\n'));
  const { reserved } = prompt;
  const ceiling = Math.min(reserved, Math.ceil(text * otherTokenizers) + rest.reserved + storedTokens);
  return { ...size, prompt: { expected: rest.expected + text, ceiling, reserved } };
}
