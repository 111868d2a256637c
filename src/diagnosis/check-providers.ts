import { modelsUrl } from '../core/wire/models-url.ts';
import type { Provider, Secret } from '../core/provider.ts';
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

/** Requests the model list of every provider that has a key, in parallel. This costs nothing. */
export function checkProviders(
  found: readonly Reachable[],
  transport: Transport,
  headersFor: (entry: Reachable, url: string) => Promise<Record<string, string>>,
): Promise<Check[]> {
  return Promise.all(found.map((entry) => checkProvider(entry, transport, headersFor)));
}

async function checkProvider(
  entry: Reachable,
  transport: Transport,
  headersFor: (entry: Reachable, url: string) => Promise<Record<string, string>>,
): Promise<Check> {
  const { provider, detail, source } = entry;
  const name = entry.name ?? provider.id;
  if (source === 'simulated') return { name, state: 'note', found: 'simulated' };
  const url = modelsUrl(provider) ?? likelyModelsUrl(provider);
  if (url === undefined)
    return { name, state: 'note', found: `${detail}; it has no list of models to ask for` };
  try {
    const timeouts = { connectMs: patienceMs, firstByteMs: patienceMs, idleMs: patienceMs };
    const signal = AbortSignal.timeout(patienceMs);
    const headers = await headersFor(entry, url);
    const reply = await transport.send({ method: 'GET', url, headers, signal, timeouts });
    // The list itself is not needed: leaving the loop closes the connection.
    for await (const _ of reply.body) break;
    return isPage(reply) ? pageInstead(entry, url) : verdict(entry, reply.status, url);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return {
      name,
      state: 'failed',
      found: reason,
      remedy: `check the network and providers.${provider.id}.baseUrl`,
    };
  }
}

/** Most servers with an OpenAI dialect list models at `/models`, even if their provider data does not say so. */
function likelyModelsUrl(provider: Provider): string | undefined {
  const speaksOpenAi = provider.dialects[0]?.dialect.startsWith('openai-') === true;
  return speaksOpenAi ? modelsUrl({ ...provider, modelsPath: '/models' }) : undefined;
}

/** A list of models is JSON, whatever it is labelled; a page means that the address is that of a web interface. */
function isPage({ status, headers }: Pick<IncomingReply, 'status' | 'headers'>): boolean {
  return status < 300 && String(headers['content-type'] ?? '').startsWith('text/html');
}

function pageInstead({ provider, name = provider.id }: Reachable, url: string): Check {
  return {
    name,
    state: 'failed',
    found: `${url} is a web page, not a list of models`,
    remedy: `correct providers.${provider.id}.baseUrl, which must be the address of the API`,
  };
}

function verdict({ provider, detail, name = provider.id }: Reachable, status: number, url: string): Check {
  const base = provider.dialects[0]?.baseUrl ?? url;
  if (status < 300) return { name, state: 'ok', found: `${detail} works` };
  if (status === 401 || status === 403) {
    const where = provider.keyUrl ? `; get one at ${provider.keyUrl}` : '';
    return {
      name,
      state: 'failed',
      found: `${detail} is refused (HTTP ${status})`,
      remedy: `set another key${where}`,
    };
  }
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
    found: `HTTP ${status} for the list of models`,
    remedy:
      status < 500 && status !== 429
        ? `check providers.${provider.id}.baseUrl (${base})`
        : 'try again later or check its status page',
  };
}
