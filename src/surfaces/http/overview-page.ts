import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { App } from '../../app.ts';
import type { Overview } from '../../composition/server/app-overview.ts';
import { askedChildren, type CallRow } from '../../core/stores/ledger.ts';
import { wholeCall } from '../../core/stores/whole-call.ts';
import { nanoToJson } from '../../core/units.ts';
import { completionTokens, promptTokens } from '../../core/money/usage.ts';
import type { Principal } from '../../core/call.ts';
import { shownBudget } from '../keys/shown-key.ts';
import type { PathParamsByKey } from './route.ts';
import type { HttpExchange } from '../../core/wire/http-exchange.ts';
import { sendJson } from './send-json.ts';

/** The page shows those that spent most. */
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
  const overview = await app.overview(principal);
  sendJson(exchange, 200, {
    costs: overview.costs,
    keys: await keyEntries(app, principal, overview),
    calls: overview.calls.map(({ row, below }) => callEntry(row, below)),
  });
}

/** What each key in use has spent, and its budgets; those that spent most come first. */
async function keyEntries(app: App, { admin, keyId, name }: Principal, { costs, byKey }: Overview) {
  const keys = admin ? (await app.keys.list()).filter(({ disabled }) => !disabled) : [{ id: keyId, name }];
  const byName = new Map(byKey?.rows.map((row) => [row.name, row]));
  // The report adds the id to a name that a revoked key had too.
  const reported = (key: { readonly id: string; readonly name: string }) =>
    byName.get(key.name) ?? byName.get(`${key.name} (${key.id.slice(0, 8)})`);
  const entries = keys.map((key) => {
    const { calls = 0, totalNanoUsd = 0, unknownPriceCalls = 0 } = (byKey ? reported(key) : costs) ?? {};
    return { id: key.id, name: key.name, calls, totalNanoUsd, unknownPriceCalls };
  });
  const shown = entries.toSorted((a, b) => b.totalNanoUsd - a.totalNanoUsd).slice(0, shownKeys);
  const standings = await app.keys.standings(shown);
  return shown.map((entry) => ({ ...entry, budgets: (standings.get(entry.id) ?? []).map(shownBudget) }));
}

function callEntry(row: CallRow, below: readonly CallRow[]) {
  const { usage, cost } = wholeCall(row, below);
  const asked = below.filter(({ requestedModel }) => requestedModel !== askedChildren);
  return {
    id: row.id,
    startedAt: row.startedAt,
    state: row.state,
    errorCode: row.errorCode,
    errorMessage: row.errorMessage,
    model: row.model,
    ...(row.requestedModel === askedChildren && { tool: row.tool, calls: asked.length }),
    simulated: row.simulated,
    inputTokens: promptTokens(usage),
    outputTokens: completionTokens(usage),
    costNanoUsd: cost === undefined ? undefined : nanoToJson(cost),
    reason: row.decision?.reason ?? modelsIn(asked),
    warnings: row.warnings,
  };
}

function modelsIn(asked: readonly CallRow[]): string | undefined {
  const models = [...new Set(asked.map(({ model, requestedModel }) => model ?? requestedModel))];
  return models.length === 0 ? undefined : `asked ${models.join(', ')}`;
}

/** Returns the CSP hash that allows exactly this inline block. */
function hashOf(html: string, tag: 'style' | 'script'): string {
  const text = html.slice(html.indexOf(`<${tag}>`) + tag.length + 2, html.indexOf(`</${tag}>`));
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
