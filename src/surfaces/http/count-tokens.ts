import type { App } from '../../app.ts';
import {
  readCountTokensRequest,
  writeCountTokensReply,
} from '../../dialects/anthropic-messages/count-tokens.ts';
import { ConclaveError } from '../../core/errors.ts';
import type { PathParamsByKey } from './route.ts';
import type { HttpExchange } from '../../core/wire/http-exchange.ts';
import { namedFor } from './named-models.ts';
import { sendNamedJson } from './send-json.ts';

/**
 * `POST /v1/responses/input_tokens`: our own estimate in OpenAI's format. Earlier turns that a provider stores are not
 * counted.
 */
export async function countInputTokens(
  app: App,
  exchange: HttpExchange,
  { principal }: PathParamsByKey,
): Promise<void> {
  const { value } = await exchange.readJson(principal.keyId);
  const dialect = app.wire.dialects.get('openai-responses');
  if (!dialect) throw new ConclaveError('internal', 'The dialects of this build are incomplete.');
  const request = dialect.readRequest(value);
  const name = request.model === '' ? app.config.routing.default : request.model;
  namedFor(app, principal, { name, dialect: 'openai-responses' });
  const { prompt } = app.calls.measure(request);
  sendNamedJson(app, exchange, { object: 'response.input_tokens', input_tokens: prompt.expected });
}

/** `POST /v1/messages/count_tokens`: our own estimate, marked as one; no provider is called. */
export async function countTokens(
  app: App,
  exchange: HttpExchange,
  { principal }: PathParamsByKey,
): Promise<void> {
  const { value } = await exchange.readJson(principal.keyId);
  const request = readCountTokensRequest(value);
  namedFor(app, principal, { name: request.model, dialect: 'anthropic-messages' });
  sendNamedJson(app, exchange, writeCountTokensReply(app.calls.measure(request).prompt.expected));
}
