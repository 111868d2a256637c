import type { App } from '../../../app.ts';
import { ConclaveError } from '../../../core/errors.ts';
import { costGroupings } from '../../../core/stores/ledger.ts';
import { parseSince } from '../../../core/parse-since.ts';
import type { HttpExchange } from '../../../core/wire/http-exchange.ts';
import { sendJson } from '../send-json.ts';

/** `GET /admin/costs?by=key&since=…`: the report of `conclave costs --json`. */
export async function showCosts(app: App, exchange: HttpExchange): Promise<void> {
  const asked = exchange.query.get('by') ?? 'model';
  const by = costGroupings.find((grouping) => grouping === asked);
  if (!by) {
    throw new ConclaveError('invalid_request', `by=${asked}: must be one of ${costGroupings.join(', ')}.`, {
      param: 'by',
    });
  }
  const since = parseSince(exchange.query.get('since') ?? '30d', Date.now());
  sendJson(exchange, 200, await app.ledger.costs({ since, by }));
}
