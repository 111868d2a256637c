import type { App } from '../../app.ts';
import { ConclaveError } from '../../core/errors.ts';
import { authenticate } from './authenticate.ts';
import type { HttpExchange } from '../../core/http-exchange.ts';
import { sendJson } from './send-json.ts';

/** `POST /v1/messages/count_tokens`: our own estimate, said to be one; no provider is asked. */
export async function countTokens(app: App, exchange: HttpExchange): Promise<void> {
  await authenticate(app, exchange.headers);
  const dialect = app.dialects.get('anthropic-messages');
  if (!dialect) throw new ConclaveError('internal', 'The dialects of this build are incomplete.');
  const { value } = await exchange.readJson();
  // The route has no max_tokens and no stream of its own; the codec asks for the first.
  const request = dialect.readRequest({ max_tokens: 1, ...value });
  app.catalogue.resolve(request.model, 'anthropic-messages');
  sendJson(exchange, 200, { input_tokens: app.measure(request).inputTokens });
}
