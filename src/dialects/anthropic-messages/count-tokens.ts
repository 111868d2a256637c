import type { JsonObject } from '../../core/json/json.ts';
import type { ModelRequest } from '../../core/wire/request.ts';
import type { Tokens } from '../../core/units.ts';
import { readPrompt } from './read-request.ts';

/**
 * Reads a client's request to count tokens: a prompt without an output limit. @throws ConclaveError `invalid_request`
 */
export function readCountTokensRequest(body: JsonObject): ModelRequest {
  return readPrompt(body);
}

/** Writes the count in Anthropic's format. */
export function writeCountTokensReply(tokens: Tokens): JsonObject {
  return { input_tokens: tokens };
}
