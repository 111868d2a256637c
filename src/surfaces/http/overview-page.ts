import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { App } from '../../app.ts';
import { askedChildren, type CallRow } from '../../core/stores/ledger.ts';
import { wholeCall } from '../../core/stores/whole-call.ts';
import { type Ms, nanoToJson } from '../../core/units.ts';
import { completionTokens, promptTokens } from '../../core/money/usage.ts';
import type { Principal } from '../../core/call.ts';
import { shownBudget } from '../keys/shown-key.ts';
import type { PathParamsByKey } from './route.ts';
import type { HttpExchange } from '../../core/wire/http-exchange.ts';
import { sendJson } from './send-json.ts';

const latestCalls = 30;
const shownDays = 30;
/** Each shown key costs a query for its budgets, every few seconds. */
const shownKeys = 50;

/** `GET /`: the page itself, which needs no key; it contains no data. */
export async function overviewPage(_: App, exchange: HttpExchange): Promise<void> {
  const html = await readFile(new URL('overview.html', import.meta.url), 'utf8');
  exchange.send({
    status: 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': `default-src 'none'; connect-src 'self'; img-src data:; style-src '${hashOf(html, 'style')}'; style-src-attr 'unsafe-inline'; script-src '${hashOf(html, 'script')}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-cache',
    },
    body: html,
  });
}

/** `GET /overview.json`: the data of the page, for the requesting key; the admin's shows every key. */
export async function overviewData(
  app: App,
  exchange: HttpExchange,
  { principal }: PathParamsByKey,
): Promise<void> {
  const whose = principal.admin ? {} : { keyId: principal.keyId };
  const since = Date.now() - shownDays * 86_400_000;
  const [costs, keys, calls] = await Promise.all([
    app.ledger.costs({ since, by: 'model', ...whose }),
    keyEntries(app, principal, since),
    app.ledger.recent({ limit: latestCalls, ...whose }),
  ]);
  const entries = calls.map(async (row) =>
    callEntry(row, isParent(row) ? await app.ledger.children(row.id) : []),
  );
  sendJson(exchange, 200, { costs, keys, calls: await Promise.all(entries) });
}

/** What each key in use has spent, and its budgets; those that spent most come first. */
async function keyEntries(app: App, { admin, keyId, name }: Principal, since: Ms) {
  const keys = admin ? (await app.keys.list()).filter(({ disabled }) => !disabled) : [{ id: keyId, name }];
  const { rows } = await app.ledger.costs({ since, by: 'key', ...(!admin && { keyId }) });
  const entries = keys.map((key) => {
    // The report adds the id to a name that a revoked key had too.
    const names = new Set([key.name, `${key.name} (${key.id.slice(0, 8)})`]);
    const spent = rows.find((row) => names.has(row.name));
    const { calls = 0, totalNanoUsd = 0, unknownPriceCalls = 0 } = spent ?? {};
    return { id: key.id, name: key.name, calls, totalNanoUsd, unknownPriceCalls };
  });
  const shown = entries.toSorted((a, b) => b.totalNanoUsd - a.totalNanoUsd).slice(0, shownKeys);
  return Promise.all(
    shown.map(async (entry) => ({ ...entry, budgets: (await app.keys.budgets(entry)).map(shownBudget) })),
  );
}

/** A panel or a cascade: its own row has no tokens, and no cost. */
function isParent({ requestedModel, verdicts }: CallRow): boolean {
  return requestedModel === askedChildren || verdicts !== undefined;
}

function callEntry(row: CallRow, children: readonly CallRow[]) {
  const { usage, cost } = wholeCall(row, children);
  return {
    id: row.id,
    startedAt: row.startedAt,
    state: row.state,
    errorCode: row.errorCode,
    errorMessage: row.errorMessage,
    model: row.model,
    ...(row.requestedModel === askedChildren && { tool: row.tool, calls: children.length }),
    simulated: row.simulated,
    inputTokens: promptTokens(usage),
    outputTokens: completionTokens(usage),
    costNanoUsd: cost === undefined ? undefined : nanoToJson(cost),
    reason: row.decision?.reason ?? modelsIn(children),
    warnings: row.warnings,
  };
}

function modelsIn(children: readonly CallRow[]): string | undefined {
  const models = [...new Set(children.map(({ model, requestedModel }) => model ?? requestedModel))];
  return models.length === 0 ? undefined : `asked ${models.join(', ')}`;
}

/** Returns the CSP hash that allows exactly this inline block. */
function hashOf(html: string, tag: 'style' | 'script'): string {
  const text = html.slice(html.indexOf(`<${tag}>`) + tag.length + 2, html.indexOf(`</${tag}>`));
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
