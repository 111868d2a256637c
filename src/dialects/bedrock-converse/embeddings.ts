import type { EmbeddingCodec, WireRequest, WireTarget } from '../../core/wire/dialect.ts';
import { ConclaveError } from '../../core/errors.ts';
import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import type { ModelRequest } from '../../core/wire/request.ts';
import type { StreamPart } from '../../core/wire/stream-part.ts';
import { carryExtras } from '../carry-extras.ts';
import { embeddingParts, textsOf, tokensAt } from '../embedding-parts.ts';
import { objectOf } from '../loose-fields.ts';

function writeRequest(request: ModelRequest, target: WireTarget): WireRequest {
  const warnings: string[] = [];
  carryExtras(request, 'bedrock-converse', warnings);
  if (request.user !== undefined) warnings.push('"user" was left out: Bedrock has no word for it.');
  const body = target.model.includes('cohere')
    ? cohereBody(request, warnings)
    : titanBody(request, target.model);
  return { path: `/model/${encodeURIComponent(target.model)}/invoke`, headers: {}, body, warnings };
}

function cohereBody(request: ModelRequest, warnings: string[]): JsonObject {
  const dimensions = request.embedding?.dimensions;
  warnings.push('Cohere asks what the vectors are for; they were made for documents to be searched.');
  return {
    texts: textsOf(request),
    input_type: 'search_document',
    truncate: 'NONE',
    ...(dimensions !== undefined && { output_dimension: dimensions }),
  };
}

function titanBody(request: ModelRequest, model: string): JsonObject {
  const [text = '', ...more] = textsOf(request);
  if (more.length > 0) {
    throw new ConclaveError(
      'unsupported',
      `More than one text at once: ${model} takes one a call; send each by itself, or choose a model of Cohere's.`,
      { param: 'input' },
    );
  }
  const dimensions = request.embedding?.dimensions;
  return { inputText: text, ...(dimensions !== undefined && { dimensions }) };
}

function readReply(body: JsonObject): StreamPart[] {
  return embeddingParts(vectorsOf(body), tokensAt(body, 'inputTextTokenCount'));
}

/** Titan returns one vector, Cohere several; its fourth generation groups them by number type. */
function vectorsOf({ embedding, embeddings }: JsonObject): JsonValue[] {
  if (Array.isArray(embedding)) return [embedding];
  if (Array.isArray(embeddings)) return embeddings;
  const { float } = objectOf(embeddings);
  return Array.isArray(float) ? float : [];
}

/** Bedrock's `invoke` for Amazon's Titan and Cohere's Embed, which Converse does not support. */
export const embeddings: EmbeddingCodec = { writeRequest, readReply };
