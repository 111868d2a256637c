import type { App } from '../../app.ts';
import type { Dialect } from '../../core/wire/dialect.ts';
import { ConclaveError } from '../../core/errors.ts';
import type { HttpExchange } from '../../core/wire/http-exchange.ts';

/** The dialect of a client whose request says nothing more of it: by the header that only one sends, else by path. */
export function dialectOf(app: Pick<App, 'dialects'>, exchange: HttpExchange): Dialect {
  return dialectOfPath(app, speaksAnthropic(exchange) ? '/v1/messages' : exchange.path);
}

/** OpenAI's, but for the paths of Anthropic's API. */
export function dialectOfPath({ dialects }: Pick<App, 'dialects'>, path: string): Dialect {
  const dialect = dialects.get(path.startsWith('/v1/messages') ? 'anthropic-messages' : 'openai-chat');
  if (!dialect) throw new ConclaveError('internal', 'The dialects of this build are incomplete.');
  return dialect;
}

/** Every client of Anthropic's sends its version. */
export function speaksAnthropic(exchange: HttpExchange): boolean {
  return exchange.headers['anthropic-version'] !== undefined;
}
