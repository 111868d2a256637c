import type { EmbeddingCodec, WireRequest, WireTarget } from '../../core/wire/dialect.ts';
import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import type { ModelRequest } from '../../core/wire/request.ts';
import type { StreamPart } from '../../core/wire/stream-part.ts';
import { carryExtras } from '../fields/carry-extras.ts';
import { embeddingParts, plainTexts, tokensAt } from '../embeddings/embedding-parts.ts';
import { objectOf, objectsOf } from '../fields/loose-fields.ts';

function writeRequest(request: ModelRequest, target: WireTarget): WireRequest {
  const warnings: string[] = [];
  carryExtras({ request, warnings }, 'google-generate');
  const dimensions = request.embedding?.dimensions;
  if (request.user !== undefined) warnings.push('"user" was left out: Gemini does not support it.');
  const requests = plainTexts(request, target.model).map((text) => ({
    model: `models/${target.model}`,
    content: { parts: [{ text }] },
    ...(dimensions !== undefined && { outputDimensionality: dimensions }),
  }));
  const path = `/models/${encodeURIComponent(target.model)}:batchEmbedContents`;
  return { path, headers: {}, body: { requests }, warnings };
}

/** Not every model's reply counts its tokens. */
function readReply(body: JsonObject): StreamPart[] {
  const vectors = objectsOf(body.embeddings).map(({ values }) =>
    Array.isArray(values) ? ofUnitLength(values) : [],
  );
  return embeddingParts(vectors, tokensAt(objectOf(body.usageMetadata), 'promptTokenCount'));
}

/**
 * Returns the vector at length one, as OpenAI's vectors are at any number of dimensions: its clients compare them by dot
 * product. Gemini's are so only at their full number: https://ai.google.dev/gemini-api/docs/embeddings
 */
function ofUnitLength(vector: readonly JsonValue[]): JsonValue[] {
  const length = Math.sqrt(vector.reduce<number>((sum, value) => sum + Number(value) ** 2, 0));
  // Rounding makes no vector exactly as long as one.
  const isUnit = Math.abs(length - 1) < 1e-3;
  return isUnit || !(length > 0) ? [...vector] : vector.map((value) => Number(value) / length);
}

/** Gemini's `batchEmbedContents`. */
export const embeddings: EmbeddingCodec = { writeRequest, readReply };
