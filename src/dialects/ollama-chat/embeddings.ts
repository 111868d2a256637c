import type { EmbeddingCodec, WireRequest, WireTarget } from '../../core/wire/dialect.ts';
import type { JsonObject } from '../../core/json/json.ts';
import type { ModelRequest } from '../../core/wire/request.ts';
import type { StreamPart } from '../../core/wire/stream-part.ts';
import { carryExtras } from '../fields/carry-extras.ts';
import { embeddingParts, plainTexts, tokensAt } from '../embeddings/embedding-parts.ts';

function writeRequest(request: ModelRequest, target: WireTarget): WireRequest {
  const warnings: string[] = [];
  carryExtras({ request, warnings }, 'ollama-chat');
  const dimensions = request.embedding?.dimensions;
  if (request.user !== undefined) warnings.push('"user" was left out: Ollama does not support it.');
  const body = {
    model: target.model,
    input: plainTexts(request, target.model),
    // Otherwise Ollama silently truncates a text that is too long and returns the vector of the rest.
    truncate: false,
    ...(dimensions !== undefined && { dimensions }),
  };
  return { path: '/api/embed', headers: {}, body, warnings };
}

function readReply(body: JsonObject): StreamPart[] {
  const vectors = Array.isArray(body.embeddings) ? body.embeddings : [];
  return embeddingParts(vectors, tokensAt(body, 'prompt_eval_count'));
}

/** Ollama's `/api/embed`. */
export const embeddings: EmbeddingCodec = { writeRequest, readReply };
