import type { App } from '../../../app.ts';
import { inSlices } from '../../../core/streams/in-slices.ts';
import type { HttpExchange } from '../../../core/wire/http-exchange.ts';
import type { VirtualKey } from '../../../core/stores/stores.ts';
import { decodeSegment } from '../decode-segment.ts';
import { readGrace, readKeyChange, readNewKey } from '../../keys/key-settings.ts';
import { shownKey, shownKeys } from '../../keys/shown-key.ts';
import { keyWarnings } from '../../keys/key-warnings.ts';
import type { PathParams, PathParamsByKey } from '../route.ts';
import { sendJson } from '../send-json.ts';

/** `POST /admin/keys`: creates a virtual key and shows it this one time. */
export async function createKey(
  app: App,
  exchange: HttpExchange,
  { principal }: PathParamsByKey,
): Promise<void> {
  const { value } = await exchange.readJson(principal.keyId);
  const { key, stored } = await app.keys.issue(readNewKey(value, Date.now()));
  sendJson(exchange, 201, { key, ...(await shown(app, stored)) });
}

/** `GET /admin/keys`: every key and the state of its budgets. */
export async function listKeys(app: App, exchange: HttpExchange): Promise<void> {
  const keys = await shownKeys(app, await app.keys.list());
  sendJson(exchange, 200, { keys: await Array.fromAsync(inSlices(keys), (key) => withWarnings(app, key)) });
}

/** `GET /admin/keys/<id or name>`. */
export async function showKey(app: App, exchange: HttpExchange, { name }: PathParams): Promise<void> {
  sendJson(exchange, 200, await shown(app, await keyNamed(app, name)));
}

/** `PATCH /admin/keys/<id or name>`: other limits, another name, or `{"disabled": true}`. */
export async function changeKey(
  app: App,
  exchange: HttpExchange,
  { name, principal }: PathParamsByKey,
): Promise<void> {
  const { value } = await exchange.readJson(principal.keyId);
  const change = readKeyChange(value, Date.now());
  const changed = await app.keys.change(await keyNamed(app, name), change);
  sendJson(exchange, 200, await shown(app, changed));
}

/** `POST /admin/keys/<id or name>/rotate`: another secret, shown this one time; `{"grace": "24h"}` keeps the former. */
export async function rotateKey(
  app: App,
  exchange: HttpExchange,
  { name, principal }: PathParamsByKey,
): Promise<void> {
  const { value } = await exchange.readJson(principal.keyId);
  const graceMs = readGrace(value);
  const { key, stored } = await app.keys.rotate(await keyNamed(app, name), graceMs);
  sendJson(exchange, 200, { key, ...(await shown(app, stored)) });
}

function keyNamed(app: App, name: string): Promise<VirtualKey> {
  return app.keys.find(decodeSegment(name));
}

async function shown(app: App, key: VirtualKey) {
  return withWarnings(app, await shownKey(app, key));
}

function withWarnings(app: App, key: Awaited<ReturnType<typeof shownKey>>) {
  const warnings = keyWarnings(app, key);
  return { ...key, ...(warnings.length > 0 && { warnings }) };
}
