import type { App } from '../../app.ts';
import { ConclaveError } from '../../core/errors.ts';
import type { HttpExchange } from '../../core/http-exchange.ts';
import { matchesPattern } from '../../core/matches-pattern.ts';
import { nearestNames } from '../../core/nearest-names.ts';
import type { BudgetStanding, VirtualKey } from '../../core/stores.ts';
import { usdText, type NanoUsd } from '../../core/units.ts';
import { authenticateAdmin } from './authenticate.ts';
import { decodeSegment } from './decode-segment.ts';
import { readKeyChange, readNewKey } from './key-settings.ts';
import { sendJson } from './send-json.ts';

const prefix = '/admin/keys/';

/** `POST /admin/keys`: makes a virtual key and shows it this once. */
export async function adminCreateKey(app: App, exchange: HttpExchange): Promise<void> {
  await authenticateAdmin(app, exchange.headers);
  const { value } = await exchange.readJson();
  const { key, stored } = await app.issueKey(readNewKey(value, Date.now()));
  sendJson(exchange, 201, { key, ...(await shown(app, stored)) });
}

/** `GET /admin/keys`: every key and where its budgets stand. */
export async function adminListKeys(app: App, exchange: HttpExchange): Promise<void> {
  await authenticateAdmin(app, exchange.headers);
  const keys = await app.store.keys.list();
  sendJson(exchange, 200, { keys: await Promise.all(keys.map((key) => shown(app, key))) });
}

/** `GET /admin/keys/<id or name>`. */
export async function adminShowKey(app: App, exchange: HttpExchange): Promise<void> {
  await authenticateAdmin(app, exchange.headers);
  sendJson(exchange, 200, await shown(app, await keyOfPath(app, exchange)));
}

/** `PATCH /admin/keys/<id or name>`: other limits, another name, or `{"disabled": true}`. */
export async function adminChangeKey(app: App, exchange: HttpExchange): Promise<void> {
  await authenticateAdmin(app, exchange.headers);
  const key = await keyOfPath(app, exchange);
  const { value } = await exchange.readJson();
  const changed = readKeyChange(value, key, Date.now());
  await app.changeKey(key.id, changed);
  const { id, createdAt } = key;
  sendJson(exchange, 200, await shown(app, { ...changed, id, createdAt }));
}

/** True for the path of one key. */
export function isKeyPath(path: string): boolean {
  return path.startsWith(prefix) && path.length > prefix.length;
}

async function keyOfPath(app: App, { path }: HttpExchange): Promise<VirtualKey> {
  const asked = decodeSegment(path.slice(prefix.length));
  const keys = await app.store.keys.list();
  const named = keys.filter(({ id, name }) => id === asked || name === asked);
  const [only, ...others] = named;
  if (only && others.length === 0) return only;
  const ids =
    others.length > 0
      ? named.map(({ id }) => id)
      : nearestNames(
          asked,
          keys.map(({ name }) => name),
        );
  throw new ConclaveError(
    others.length > 0 ? 'invalid_request' : 'not_found',
    others.length > 0
      ? `${named.length} keys are called "${asked}"; name one by its id: ${ids.join(', ')}.`
      : `There is no key "${asked}"${ids.length > 0 ? `; near it: ${ids.join(', ')}` : ''}.`,
  );
}

/** A key as its admin sees it: never the key itself. */
async function shown(app: App, { createdAt, expiresAt, ...key }: VirtualKey) {
  const standings = await app.store.keys.budgets(key.id, Date.now());
  const warnings = unmatched(app, key.models ?? []);
  return {
    ...key,
    createdAt: new Date(createdAt).toISOString(),
    ...(expiresAt !== undefined && { expiresAt: new Date(expiresAt).toISOString() }),
    budgets: standings.map(shownBudget),
    ...(warnings.length > 0 && { warnings }),
  };
}

function shownBudget({ window, limitUsd, hard, spent, reserved, simulated, resetsAt }: BudgetStanding) {
  return {
    window,
    limitUsd,
    hard,
    spentUsd: usd(spent),
    reservedUsd: usd(reserved),
    ...(simulated && { simulated }),
    ...(resetsAt !== undefined && { resetsAt: new Date(resetsAt).toISOString() }),
  };
}

function usd(amount: NanoUsd): number {
  return Number(usdText(amount));
}

/** A pattern may name what a provider has and no list does; but a name without a provider is an alias, and fits nothing. */
function unmatched(app: App, patterns: readonly string[]): string[] {
  const ids = app.catalogue.models().map(({ id }) => id);
  const providers = app.found.map(({ provider }) => `${provider.id}/`);
  return patterns
    .filter(
      (pattern) =>
        !ids.some((id) => matchesPattern(id, pattern)) &&
        !providers.some((provider) => pattern.startsWith(provider)),
    )
    .map(
      (pattern) =>
        `models: "${pattern}" fits no model that can be asked here; write ids or patterns such as openai/*`,
    );
}
