import type { App } from '../../app.ts';
import type { Dialect } from '../../core/wire/dialect.ts';
import { ConclaveError } from '../../core/errors.ts';
import type { HttpExchange } from '../../core/wire/http-exchange.ts';

/** Returns the client's dialect: Anthropic's if the `anthropic-version` header is present, else by path. */
export function dialectOf(app: Pick<App, 'wire'>, exchange: HttpExchange): Dialect {
  return dialectOfPath(app, speaksAnthropic(exchange) ? '/v1/messages' : exchange.path);
}

/** Returns OpenAI's dialect, except for the paths of Anthropic's API. */
export function dialectOfPath({ wire }: Pick<App, 'wire'>, path: string): Dialect {
  const dialect = wire.dialects.get(path.startsWith('/v1/messages') ? 'anthropic-messages' : 'openai-chat');
  if (!dialect) throw new ConclaveError('internal', 'The dialects of this build are incomplete.');
  return dialect;
}

/** Every Anthropic client sends this header. */
export function speaksAnthropic(exchange: HttpExchange): boolean {
  return exchange.headers['anthropic-version'] !== undefined;
}
