import type { App } from '../../app.ts';
import type { HttpExchange } from '../../core/http-exchange.ts';
import type { VirtualKey } from '../../core/stores.ts';
import { authenticateAdmin } from './authenticate.ts';
import { decodeSegment } from './decode-segment.ts';
import { findKey } from '../keys/find-key.ts';
import { readKeyChange, readNewKey } from '../keys/key-settings.ts';
import { shownKey } from '../keys/shown-key.ts';
import { unmatchedModels } from '../keys/unmatched-models.ts';
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
  const { id, createdAt, prefix: begins } = key;
  sendJson(
    exchange,
    200,
    await shown(app, { ...changed, id, createdAt, ...(begins !== undefined && { prefix: begins }) }),
  );
}

/** True for the path of one key. */
export function isKeyPath(path: string): boolean {
  return path.startsWith(prefix) && path.length > prefix.length;
}

function keyOfPath(app: App, { path }: HttpExchange): Promise<VirtualKey> {
  return findKey(app.store.keys, decodeSegment(path.slice(prefix.length)));
}

async function shown(app: App, key: VirtualKey) {
  const warnings = unmatchedModels(app, key.models ?? []);
  return { ...(await shownKey(app.store.keys, key)), ...(warnings.length > 0 && { warnings }) };
}
