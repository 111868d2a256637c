import type { App } from '../../../app.ts';
import type { HttpExchange } from '../../../core/wire/http-exchange.ts';
import { ConclaveError } from '../../../core/errors.ts';
import { routingModes, type RoutingMode } from '../../../core/routing/preferences/routing-preferences.ts';
import { didYouMean } from '../../../core/names/did-you-mean.ts';
import { sendJson } from '../send-json.ts';

/**
 * `GET /admin/replay?policy=…&mode=…&quality=…&without=…&price=…&since=…`: what the ledger's calls would have cost.
 * `without` and `price` may be repeated.
 */
export async function replay(app: App, exchange: HttpExchange): Promise<void> {
  const { query } = exchange;
  refuseOthers(query, ['policy', 'mode', 'quality', 'without', 'price', 'since']);
  const policy = query.get('policy');
  const mode = query.get('mode');
  const quality = query.get('quality');
  const without = query.getAll('without');
  const prices = query.getAll('price');
  const report = await app.router.whatIf.replay({
    ...sinceOf(query),
    ...(policy !== null && { policy }),
    ...(mode !== null && { mode: modeOf(mode) }),
    ...(quality !== null && { quality: Number(quality) }),
    ...(without.length > 0 && { without }),
    ...(prices.length > 0 && { prices }),
  });
  sendJson(exchange, 200, report);
}

/** @throws ConclaveError `invalid_request`. */
function modeOf(text: string): RoutingMode {
  const mode = routingModes.find((known) => known === text);
  if (mode) return mode;
  const message = `There is no mode "${text}"; ${didYouMean(text, routingModes)}`;
  throw new ConclaveError('invalid_request', message, { param: 'mode' });
}

/** `GET /admin/advise?since=…`: whether routing pays. */
export async function showAdvice(app: App, exchange: HttpExchange): Promise<void> {
  refuseOthers(exchange.query, ['since']);
  sendJson(exchange, 200, await app.router.whatIf.advise(sinceOf(exchange.query)));
}

/** `GET /admin/tiers?since=…`: the report of `conclave costs --tiers --json`. */
export async function showTiers(app: App, exchange: HttpExchange): Promise<void> {
  refuseOthers(exchange.query, ['since']);
  sendJson(exchange, 200, await app.router.whatIf.tiers(sinceOf(exchange.query)));
}

/**
 * Rejects unknown parameters: a misspelt `without` would be ignored silently.
 * @throws ConclaveError `invalid_request` with the nearest name.
 */
function refuseOthers(query: HttpExchange['query'], known: readonly string[]): void {
  const other = [...query.keys()].find((name) => !known.includes(name));
  if (other === undefined) return;
  const message = `There is no parameter "${other}"; ${didYouMean(other, known)}`;
  throw new ConclaveError('invalid_request', message, { param: other });
}

function sinceOf(query: HttpExchange['query']): { since?: string } {
  const since = query.get('since');
  return since === null ? {} : { since };
}
