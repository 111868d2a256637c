import type { App } from '../../app.ts';
import {
  readCountTokensRequest,
  writeCountTokensReply,
} from '../../dialects/anthropic-messages/count-tokens.ts';
import { authenticate } from './authenticate.ts';
import type { HttpExchange } from '../../core/http-exchange.ts';
import { namedFor } from './list-models.ts';
import { sendNamedJson } from './send-json.ts';

/** `POST /v1/messages/count_tokens`: our own estimate, said to be one; no provider is asked. */
export async function countTokens(app: App, exchange: HttpExchange): Promise<void> {
  const principal = await authenticate(app, exchange.headers);
  const { value } = await exchange.readJson();
  const request = readCountTokensRequest(value);
  namedFor(app, principal, { name: request.model, dialect: 'anthropic-messages' });
  sendNamedJson(app, exchange, writeCountTokensReply(app.measure(request).inputTokens));
}
