import { z } from 'zod';
import type { App } from '../../../app.ts';
import { ConclaveError } from '../../../core/errors.ts';
import { longestLabel } from '../../../core/stores/router-store.ts';
import type { HttpExchange } from '../../../core/wire/http-exchange.ts';
import type { PathParamsByKey } from '../route.ts';
import { sendJson } from '../send-json.ts';

const version = z.number().int().positive();
const order = z.union([
  z.strictObject({ take: z.string().min(1).max(longestLabel) }),
  z.strictObject({ pin: version.nullable() }),
  z.strictObject({ rollback: version }),
]);

/**
 * `GET /admin/router`: the versions of what was learned; with `before` (and `after`), what changed between two
 * versions.
 */
export async function showRouter(app: App, exchange: HttpExchange): Promise<void> {
  const before = versionIn(exchange.query, 'before');
  const after = versionIn(exchange.query, 'after');
  const known = await app.router.learned.versions.snapshots();
  const changes = before === undefined ? {} : { changes: await app.router.compare(before, after) };
  sendJson(exchange, 200, { ...known, ...changes });
}

/** `POST /admin/router`: one of `{"take": label}`, `{"pin": version or null}`, `{"rollback": version}`. */
export async function steerRouter(
  app: App,
  exchange: HttpExchange,
  { principal }: PathParamsByKey,
): Promise<void> {
  const { value } = await exchange.readJson(principal.keyId);
  const parsed = order.safeParse(value);
  if (!parsed.success) {
    throw new ConclaveError(
      'invalid_request',
      'Give {"take": label}, {"pin": version or null} or {"rollback": version}.',
      {
        param: 'body',
      },
    );
  }
  const given = parsed.data;
  if ('take' in given)
    return sendJson(exchange, 201, { version: await app.router.learned.versions.take(given.take) });
  if ('rollback' in given) return sendJson(exchange, 201, await rolledBack(app, given.rollback));
  await app.router.learned.versions.pin(given.pin ?? undefined);
  sendJson(exchange, 200, { pinned: given.pin });
}

function versionIn(query: HttpExchange['query'], name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const number = Number(text);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new ConclaveError('invalid_request', `${name}=${text} is not a version of the learned state.`, {
    param: name,
  });
}

/** A pinned version stays in use after a rollback, so the reply names it. */
async function rolledBack({ router }: App, to: number): Promise<{ version: number; pinned?: number }> {
  const version = await router.learned.versions.rollback(to);
  const { pinned } = await router.learned.versions.snapshots();
  return { version, ...(pinned !== undefined && { pinned }) };
}
