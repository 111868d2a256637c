import type { EmbeddingCodec, WireRequest, WireTarget } from '../../core/wire/dialect.ts';
import type { JsonObject } from '../../core/json/json.ts';
import type { ModelRequest } from '../../core/wire/request.ts';
import type { StreamPart } from '../../core/wire/stream-part.ts';
import { carryExtras } from '../carry-extras.ts';
import { embeddingParts, textsOf, tokensAt } from '../embedding-parts.ts';
import { objectOf, objectsOf } from '../loose-fields.ts';

function writeRequest(request: ModelRequest, target: WireTarget): WireRequest {
  const warnings: string[] = [];
  carryExtras(request, 'google-generate', warnings);
  const dimensions = request.embedding?.dimensions;
  if (request.user !== undefined) warnings.push('"user" was left out: Gemini has no word for it.');
  const requests = textsOf(request).map((text) => ({
    model: `models/${target.model}`,
    content: { parts: [{ text }] },
    ...(dimensions !== undefined && { outputDimensionality: dimensions }),
  }));
  const path = `/models/${encodeURIComponent(target.model)}:batchEmbedContents`;
  return { path, headers: {}, body: { requests }, warnings };
}

/** Not every model's reply counts its tokens. */
function readReply(body: JsonObject): StreamPart[] {
  const vectors = objectsOf(body.embeddings).flatMap(({ values }) => (Array.isArray(values) ? [values] : []));
  return embeddingParts(vectors, tokensAt(objectOf(body.usageMetadata), 'promptTokenCount'));
}

/** Gemini's `batchEmbedContents`. */
export const embeddings: EmbeddingCodec = { writeRequest, readReply };
