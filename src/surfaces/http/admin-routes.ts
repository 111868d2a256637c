import { z } from 'zod';
import type { App } from '../../app.ts';
import { ConclaveError } from '../../core/errors.ts';
import { costGroupings } from '../../core/ledger.ts';
import { nearestNames } from '../../core/nearest-names.ts';
import { parseSince } from '../../core/parse-since.ts';
import { routingModes } from '../../core/plan.ts';
import { budgetWindows } from '../../core/stores.ts';
import { authenticateAdmin } from './authenticate.ts';
import type { HttpExchange } from '../../core/http-exchange.ts';
import { sendJson } from './send-json.ts';

const newKey = z.strictObject({
  name: z.string().min(1).max(100),
  budgets: z
    .array(
      z.strictObject({
        window: z.enum(budgetWindows),
        limitUsd: z.number().nonnegative(),
        hard: z.boolean().default(true),
      }),
    )
    .default([]),
  models: z.array(z.string()).optional(),
  tags: z.array(z.string()).optional(),
  rpm: z.number().int().positive().optional(),
  tpm: z.number().int().positive().optional(),
  expiresAt: z.number().int().positive().optional(),
  allow: z
    .strictObject({
      providers: z.array(z.string()).min(1).optional(),
      regions: z.array(z.string()).min(1).optional(),
    })
    .optional(),
  routing: z
    .strictObject({
      policy: z.string().optional(),
      mode: z.enum(routingModes).optional(),
      quality: z.number().gt(0).max(1).optional(),
      pin: z.string().optional(),
      critical: z.boolean().optional(),
    })
    .optional(),
});

/** `POST /admin/keys`: makes a virtual key and shows it this once. */
export async function adminCreateKey(app: App, exchange: HttpExchange): Promise<void> {
  await authenticateAdmin(app, exchange.headers);
  const { value } = await exchange.readJson();
  const parsed = newKey.safeParse(value);
  if (!parsed.success) throw badKey(parsed.error);
  const { key, stored } = await app.issueKey(parsed.data);
  sendJson(exchange, 201, { id: stored.id, key, name: stored.name, budgets: stored.budgets });
}

/** `GET /admin/costs?by=key&since=…`: the report of `conclave costs --json`. */
export async function adminCosts(app: App, exchange: HttpExchange): Promise<void> {
  await authenticateAdmin(app, exchange.headers);
  const asked = exchange.query.get('by') ?? 'model';
  const by = costGroupings.find((grouping) => grouping === asked);
  if (!by) {
    throw new ConclaveError('invalid_request', `by=${asked}: one of ${costGroupings.join(', ')} is needed.`, {
      param: 'by',
    });
  }
  const since = parseSince(exchange.query.get('since') ?? '30d', Date.now());
  sendJson(exchange, 200, await app.ledger.costs({ since, by }));
}

function badKey(error: z.ZodError): ConclaveError {
  const issue = error.issues[0];
  const param = issue?.path.map(String).join('.') || 'body';
  if (issue?.code === 'unrecognized_keys') {
    const unknown = issue.keys[0] ?? '';
    const [nearest] = nearestNames(unknown, Object.keys(newKey.shape));
    return new ConclaveError(
      'invalid_request',
      `Unknown field "${unknown}"${nearest ? `; did you mean "${nearest}"?` : '.'}`,
      { param: unknown },
    );
  }
  return new ConclaveError('invalid_request', `${param}: ${issue?.message ?? 'not as expected'}`, { param });
}
