import type { JsonObject } from '../../core/json.ts';
import type { ModelRequest } from '../../core/request.ts';
import type { Tokens } from '../../core/units.ts';
import { readPrompt } from './read-request.ts';

/** The path below a provider's base URL that counts the tokens of a prompt, for free. */
export const countTokensPath = '/v1/messages/count_tokens';

/** A client's request to count tokens: a prompt without an output limit. @throws ConclaveError `invalid_request` */
export function readCountTokensRequest(body: JsonObject): ModelRequest {
  return readPrompt(body);
}

/** The count as Anthropic gives it. */
export function writeCountTokensReply(tokens: Tokens): JsonObject {
  return { input_tokens: tokens };
}

/** A provider's count; `undefined` where its reply holds none. */
export function readCountTokensReply(body: JsonObject): Tokens | undefined {
  return typeof body.input_tokens === 'number' ? body.input_tokens : undefined;
}
