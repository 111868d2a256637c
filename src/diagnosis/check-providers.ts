import type { ErrorCode } from '../core/errors.ts';
import { isJsonObject } from '../core/json/json.ts';
import { jsonBody } from '../core/wire/json-body.ts';
import { modelsUrl } from '../core/wire/models-url.ts';
import type { Secret } from '../core/credential.ts';
import type { Provider } from '../core/provider.ts';
import type { IncomingReply, Transport } from '../core/wire/transport.ts';
import type { Check } from './check.ts';

export type Reachable = {
  /** The name of the check. Default: the provider's id. */
  readonly name?: string;
  readonly provider: Provider;
  readonly secret?: Secret;
  readonly detail: string;
  readonly source: string;
};

const patienceMs = 5_000;

export type ProviderWire = {
  readonly transport: Transport;
  readonly headersFor: (entry: Reachable, url: string) => Promise<Record<string, string>>;
  /** Returns what a failed reply means: some providers report a wrong key or an empty account as a bad request. */
  readonly readFailure: (entry: Reachable, reply: IncomingReply) => Promise<ErrorCode>;
};

/** Asks every provider that has a key, in parallel, for its list of models or about the key itself. This costs nothing. */
export function checkProviders(found: readonly Reachable[], wire: ProviderWire): Promise<Check[]> {
  return Promise.all(found.map((entry) => checkProvider(entry, wire)));
}

async function checkProvider(entry: Reachable, wire: ProviderWire): Promise<Check> {
  const { transport, headersFor, readFailure } = wire;
  const { provider, detail, source } = entry;
  const name = entry.name ?? provider.id;
  if (source === 'simulated') return { name, state: 'note', found: 'simulated' };
  const url = keyUrl(provider) ?? modelsUrl(provider) ?? likelyModelsUrl(provider);
  if (url === undefined)
    return { name, state: 'note', found: `${detail}; it has no list of models to ask for` };
  const patience = AbortSignal.timeout(patienceMs);
  try {
    const timeouts = { connectMs: patienceMs, firstByteMs: Infinity, idleMs: patienceMs };
    const headers = await headersFor(entry, url);
    const reply = await transport.send({ method: 'GET', url, headers, signal: patience, timeouts });
    // A user's own server in front of the provider may pass on no more than calls and the list of models.
    if (provider.keyPath !== undefined && (isMissing(reply) || (reply.status < 300 && isPage(reply)))) {
      await leave(reply);
      return await checkProvider({ ...entry, provider: withoutKeyPath(provider) }, wire);
    }
    if (reply.status >= 300) return verdict(entry, url, { reply, code: await readFailure(entry, reply) });
    const works: Check = { name, state: 'ok', found: `${detail} works` };
    if (provider.keyPath !== undefined) return (await isUsedUp(reply)) ? usedUp(entry) : works;
    await leave(reply);
    return isPage(reply) ? pageInstead(entry, url) : works;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return {
      name,
      state: 'failed',
      found: patience.aborted ? `${url} did not answer within ${patienceMs / 1_000} seconds` : reason,
      remedy: `check the network and providers.${provider.id}.baseUrl`,
    };
  }
}

/** Whether a server does not know a path, or nothing that can be asked of it. */
function isMissing({ status }: IncomingReply): boolean {
  return status === 404 || status === 405 || status === 501;
}

/** More than a description of a key takes. */
const maxBytes = 64 * 1024;

/**
 * Whether nothing is left of the limit that the owner of a key has set for it. `null`: it has none.
 * https://openrouter.ai/docs/api-reference/limits
 */
async function isUsedUp(reply: IncomingReply): Promise<boolean> {
  const described = await jsonBody(reply, maxBytes).catch(() => undefined);
  const data = isJsonObject(described) ? described['data'] : undefined;
  const left = isJsonObject(data) ? data['limit_remaining'] : undefined;
  return typeof left === 'number' && left <= 0;
}

/** Closes the connection: what the reply holds is not needed. */
async function leave({ body }: IncomingReply): Promise<void> {
  for await (const _ of body) break;
}

function keyUrl({ dialects: [endpoint], keyPath }: Provider): string | undefined {
  return endpoint === undefined || keyPath === undefined ? undefined : endpoint.baseUrl + keyPath;
}

function withoutKeyPath(provider: Provider): Provider {
  const { keyPath: _keyPath, ...rest } = provider;
  return rest;
}

/** Most servers with an OpenAI dialect list models at `/models`, even if their provider data does not say so. */
function likelyModelsUrl(provider: Provider): string | undefined {
  const speaksOpenAi = provider.dialects[0]?.dialect.startsWith('openai-') === true;
  return speaksOpenAi ? modelsUrl({ ...provider, modelsPath: '/models' }) : undefined;
}

/** A list of models is JSON, whatever it is labelled; a page means that the address is that of a web interface. */
function isPage({ headers }: Pick<IncomingReply, 'headers'>): boolean {
  return String(headers['content-type'] ?? '').startsWith('text/html');
}

function pageInstead({ provider, name = provider.id }: Reachable, url: string): Check {
  return {
    name,
    state: 'failed',
    found: `${url} is a web page, not a list of models`,
    remedy: `correct providers.${provider.id}.baseUrl, which must be the address of the API`,
  };
}

function usedUp({ provider, detail, name = provider.id }: Reachable): Check {
  const where = provider.keyUrl ? ` at ${provider.keyUrl}` : '';
  return {
    name,
    state: 'failed',
    found: `${detail} has reached its own spending limit`,
    remedy: `raise the limit of the key${where}, or use another key`,
  };
}

function verdict(
  entry: Reachable,
  url: string,
  { reply: { status }, code }: { readonly reply: IncomingReply; readonly code: ErrorCode },
): Check {
  const { provider, name = provider.id, detail } = entry;
  const base = provider.dialects[0]?.baseUrl ?? url;
  const account = accountFault(entry, status, code);
  if (account) return { name, state: 'failed', ...account };
  if (status === 404 && provider.modelsPath === undefined) {
    const found = `${detail} answers, and has no list of models at ${url}; calls go below ${base}`;
    return { name, state: 'note', found, remedy: `if calls fail, check providers.${provider.id}.baseUrl` };
  }
  if (status === 404) {
    return {
      name,
      state: 'failed',
      found: `there is nothing at ${url} (HTTP 404)`,
      remedy: `correct providers.${provider.id}.baseUrl: calls go below ${base}`,
    };
  }
  return {
    name,
    state: 'failed',
    found: `HTTP ${status} ${provider.keyPath === undefined ? 'for the list of models' : 'when asked about the key'}`,
    remedy:
      status < 500 && status !== 429
        ? `check providers.${provider.id}.baseUrl (${base})`
        : 'try again later or check its status page',
  };
}

/** Without the provider's own message, which may quote a part of the key. */
function accountFault(
  { provider, detail }: Reachable,
  status: number,
  code: ErrorCode,
): { readonly found: string; readonly remedy: string } | undefined {
  if (code === 'provider_quota') {
    const found = `the account of ${detail} has no credit left, or has reached its spending limit (HTTP ${status})`;
    return { found, remedy: `add credit or raise the limit in the account at ${provider.name}` };
  }
  if (code === 'provider_auth' || (code !== 'provider_forbidden' && (status === 401 || status === 403))) {
    const where = provider.keyUrl ? `; get one at ${provider.keyUrl}` : '';
    return { found: `${detail} is refused (HTTP ${status})`, remedy: `set another key${where}` };
  }
  if (code !== 'provider_forbidden') return undefined;
  const found = `${detail} is refused for this account or country (HTTP ${status})`;
  return { found, remedy: 'set up billing for the account, or use another key or provider' };
}
