import type { EmbeddingCodec, WireRequest, WireTarget } from '../../core/wire/dialect.ts';
import { ConclaveError } from '../../core/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json/json.ts';
import type { ModelRequest } from '../../core/wire/request.ts';
import type { StreamPart } from '../../core/wire/stream-part.ts';
import { carryExtras } from '../fields/carry-extras.ts';
import { knownName } from '../request/known-name.ts';
import { embeddingParts, plainTexts, tokensAt } from '../embeddings/embedding-parts.ts';
import { objectOf } from '../fields/loose-fields.ts';

function writeRequest(request: ModelRequest, target: WireTarget): WireRequest {
  const warnings: string[] = [];
  carryExtras({ request, warnings }, 'bedrock-converse');
  if (request.user !== undefined) warnings.push('"user" was left out: Bedrock does not support it.');
  const name = knownName(target);
  const texts = plainTexts(request, target.model);
  const dimensions = request.embedding?.dimensions;
  const body = name.includes('cohere')
    ? cohereBody(texts, dimensions, warnings)
    : amazonBody(onlyText(texts, target.model), dimensions, { isNova: name.includes('nova'), warnings });
  return { path: `/model/${encodeURIComponent(target.model)}/invoke`, headers: {}, body, warnings };
}

function cohereBody(
  texts: readonly string[],
  dimensions: number | undefined,
  warnings: string[],
): JsonObject {
  warnings.push('Cohere requires a purpose for the vectors; they were made for documents to be searched.');
  return {
    texts: [...texts],
    input_type: 'search_document',
    truncate: 'NONE',
    ...(dimensions !== undefined && { output_dimension: dimensions }),
  };
}

function amazonBody(
  text: string,
  dimensions: number | undefined,
  { isNova, warnings }: { readonly isNova: boolean; readonly warnings: string[] },
): JsonObject {
  if (!isNova) return { inputText: text, ...(dimensions !== undefined && { dimensions }) };
  warnings.push('Nova requires a purpose for the vectors; they were made for documents to be searched.');
  return {
    taskType: 'SINGLE_EMBEDDING',
    singleEmbeddingParams: {
      embeddingPurpose: 'GENERIC_INDEX',
      ...(dimensions !== undefined && { embeddingDimension: dimensions }),
      text: { truncationMode: 'NONE', value: text },
    },
  };
}

function onlyText([text = '', ...more]: readonly string[], model: string): string {
  if (more.length === 0) return text;
  throw new ConclaveError(
    'unsupported',
    `More than one text at once: ${model} accepts one per request; set quirks.embeddingBatch, or choose a model of Cohere's.`,
    { param: 'input' },
  );
}

function readReply(body: JsonObject): StreamPart[] {
  return embeddingParts(vectorsOf(body), tokensAt(body, 'inputTextTokenCount'));
}

/**
 * Titan returns one vector, Nova one with its type, Cohere several; its fourth generation groups them by number type.
 */
function vectorsOf({ embedding, embeddings }: JsonObject): JsonValue[] {
  if (Array.isArray(embedding)) return [embedding];
  if (Array.isArray(embeddings)) {
    return embeddings.map((each) => (isJsonObject(each) && each.embedding ? each.embedding : each));
  }
  const { float } = objectOf(embeddings);
  return Array.isArray(float) ? float : [];
}

/** Bedrock's `invoke` for Amazon's Titan and Nova and for Cohere's Embed, which Converse does not support. */
export const embeddings: EmbeddingCodec = { writeRequest, readReply };
