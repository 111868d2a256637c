import type { Client, Dispatcher } from 'undici';
import { isLoopback } from '../../core/system/addresses.ts';
import { ConclaveError } from '../../core/errors.ts';
import type { IncomingReply, OutgoingRequest, Transport } from '../../core/wire/transport.ts';
import type { Ms } from '../../core/units.ts';
import { Deadlines } from '../../core/streams/deadlines.ts';
import { OutgoingExchange, exchange, type Connection, type RequestTarget } from './outgoing-exchange.ts';

export type TransportOptions = {
  /** Maximum number of connections to one origin; absent: unlimited. */
  readonly connections?: number;
  /**
   * Environment for `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, in upper or lower case; default: that of the process.
   */
  readonly environment?: Readonly<Record<string, string | undefined>>;
};

type Undici = typeof import('undici');

/** Number of parsed URLs to cache; a path may contain a model's name, so there can be many. */
const maxTargets = 1_000;

/**
 * Creates the transport for outgoing HTTP, with pools of kept-alive connections. The HTTP client itself is loaded on
 * the first request.
 */
export function createTransport(options: TransportOptions = {}): Transport {
  const dispatchers = new Map<string, Dispatcher>();
  const targets = new Map<string, RequestTarget>();
  const deadlines = new Deadlines();
  let undici: Undici | undefined;
  let closed = false;

  async function loadAndSend(request: OutgoingRequest): Promise<IncomingReply> {
    undici = await import('undici');
    return send(request);
  }

  function send(request: OutgoingRequest): Promise<IncomingReply> {
    if (closed) return Promise.reject(closedError());
    if (!undici) return loadAndSend(request);
    try {
      return exchange(targetOf(undici, request), request, deadlines);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  function targetOf(loaded: Undici, { url, timeouts: { connectMs } }: OutgoingRequest): RequestTarget {
    // A pool has one connect timeout, so that is part of its key.
    const name = `${connectMs} ${url}`;
    const known = targets.get(name);
    if (known) return known;
    const { origin, pathname, search } = parseUrl(url);
    const pool = `${connectMs} ${origin}`;
    const dispatcher = dispatchers.get(pool) ?? createDispatcher(loaded, origin, connectMs, options);
    dispatchers.set(pool, dispatcher);
    const target: RequestTarget = { dispatcher, origin, path: pathname + search };
    if (targets.size >= maxTargets) targets.clear();
    targets.set(name, target);
    return target;
  }

  async function close(): Promise<void> {
    closed = true;
    await Promise.all(
      [...dispatchers.values()].map((dispatcher) => dispatcher.destroy(closedError('gave-up'))),
    );
    dispatchers.clear();
    targets.clear();
  }

  return { send, close };
}

function createDispatcher(
  undici: Undici,
  origin: string,
  connectMs: Ms,
  { connections, environment = process.env }: TransportOptions,
): Dispatcher {
  const TrackedClient = trackedClient(undici);
  const settings = {
    connections: connections ?? null,
    connectTimeout: connectMs,
    // Each exchange enforces its own timeouts.
    headersTimeout: 0,
    bodyTimeout: 0,
    // uvicorn, which serves most self-hosted models, closes idle connections after 5 s without announcing it.
    keepAliveTimeout: origin.startsWith('https:') ? 30_000 : 4_000,
    maxHeaderSize: 64 * 1024,
    // With this limit, a socket that is not read holds one read of 64 KiB instead of two. A peer that disappeared
    // silently is detected by keep-alive probes, from the 30th second of silence on.
    connect: { highWaterMark: 16 * 1024, timeout: connectMs, keepAlive: true, keepAliveInitialDelay: 30_000 },
    // HTTP/1.1 only: one stream per connection, so that a slow reader or a reset affects no other stream.
    allowH2: false,
  };
  const pool = (poolOrigin: string | URL, poolSettings: object) =>
    new undici.Pool(poolOrigin, {
      ...settings,
      ...poolSettings,
      factory: (clientOrigin, clientSettings) => new TrackedClient(clientOrigin, clientSettings),
    });
  const proxy = proxySettings(environment);
  // A local model server is never reached through a proxy.
  if (!proxy || isLoopback(new URL(origin).hostname)) return pool(origin, settings);
  return new undici.EnvHttpProxyAgent({ ...settings, ...proxy, factory: pool });
}

/** Returns a client class that lets exchanges see whether their connection was used before. */
function trackedClient(undici: Undici): typeof Client {
  return class TrackedClient extends undici.Client {
    readonly #connection: Connection = { exchanges: 0 };

    constructor(...args: ConstructorParameters<typeof Client>) {
      super(...args);
      this.on('connect', () => {
        this.#connection.exchanges = 0;
      });
    }

    override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
      if (handler instanceof OutgoingExchange) handler.connection = this.#connection;
      return super.dispatch(options, handler);
    }
  };
}

const proxyProtocols = new Set(['http:', 'https:', 'socks5:', 'socks:']);

function proxySettings(environment: NonNullable<TransportOptions['environment']>) {
  const read = (name: string) => environment[name.toLowerCase()] || environment[name] || '';
  const httpProxy = read('HTTP_PROXY');
  const httpsProxy = read('HTTPS_PROXY');
  if (!httpProxy && !httpsProxy) return undefined;
  for (const proxy of [httpProxy, httpsProxy]) {
    if (proxy && !proxyProtocols.has(URL.parse(proxy)?.protocol ?? '')) {
      // The value is not shown: a proxy's address may contain a password.
      throw new ConclaveError(
        'configuration',
        'HTTPS_PROXY or HTTP_PROXY is not a URL; write it as http://host:port.',
      );
    }
  }
  return { httpProxy, httpsProxy, noProxy: read('NO_PROXY') };
}

function parseUrl(text: string): URL {
  const url = URL.parse(text);
  if (url?.protocol === 'https:' || url?.protocol === 'http:') return url;
  throw new ConclaveError(
    'configuration',
    `A provider's base URL must begin with http:// or https://, this one is ${url ? `a ${url.protocol} one` : 'not a URL'}.`,
  );
}

function closedError(hint: 'gave-up' | 'unsent' = 'unsent'): ConclaveError {
  return new ConclaveError('shutting_down', 'Conclave is shutting down.', { hint });
}
