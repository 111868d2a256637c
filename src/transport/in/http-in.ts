import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { asConclaveError, ConclaveError } from '../../core/errors.ts';
import type { Ms } from '../../core/units.ts';
import type { ErrorReply } from '../../core/wire/http-exchange.ts';
import { checkFraming } from './check-framing.ts';
import { checkHostAndOrigin } from './check-host-and-origin.ts';
import { clientLeft } from './client-left.ts';
import { LiveList, type Listed } from '../../core/streams/live-list.ts';
import { plainError } from './error-reply.ts';
import { listen } from './listen.ts';
import { admitOrigin } from './other-origin.ts';
import { lastWordsMs, refuseOnSocket } from './refuse-on-socket.ts';

/**
 * `allowedHosts`, `maxBodyBytes` and `drainMs` are read whenever they are needed: getters may follow a configuration.
 */
export type HttpServerOptions = {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly allowedHosts: readonly string[];
  /** Returns whether a target accepts any Host. Default: none does. */
  readonly isForAnyHost?: (url: string) => boolean;
  /** `signal` is aborted in the tick in which the client's connection closes, or when draining takes too long. */
  readonly onRequest: (
    request: IncomingMessage,
    response: ServerResponse,
    signal: AbortSignal,
  ) => Promise<void> | void;
  /** Formats an error for callers of `url`, or without a URL for a request that could not be read. */
  readonly describeError?: (error: ConclaveError, url?: string) => ErrorReply;
  /** Time limit for request line and headers, against clients that send single bytes slowly. Default 15 s. */
  readonly headersTimeoutMs?: Ms;
  /** Time limit for a whole request. Default 300 s. */
  readonly requestTimeoutMs?: Ms;
  /** How long closing waits for open exchanges. Default 30 s. */
  readonly drainMs?: Ms;
  /** Clients that send `expect: 100-continue` are not asked for bodies larger than this. */
  readonly maxBodyBytes?: number;
};

export type HttpServer = {
  readonly url: string;
  readonly port: number;
  /** Open exchanges. */
  readonly open: number;
  /** Stops accepting, lets open exchanges finish, then aborts their signals with `shutting_down`, then cuts them. */
  close(): Promise<void>;
};

/** Default limit for request bodies: 32 MiB. */
const defaultMaxBodyBytes = 32 * 1024 * 1024;
/** Time for a client to finish sending an unwanted body, so that it reads the reply instead of a reset. */
const lingerMs = 5_000;

/**
 * Creates an HTTP/1.1 server that checks Host, Origin and target of every request.
 * @throws ConclaveError `configuration` if it cannot listen there.
 */
export async function createHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { host, onRequest, describeError = plainError } = options;
  const open = new LiveList<OpenExchange>();
  let draining = false;

  const server = createServer({
    insecureHTTPParser: false,
    requireHostHeader: false, // checkHostAndOrigin has a better error message
    headersTimeout: options.headersTimeoutMs ?? 15_000,
    requestTimeout: options.requestTimeoutMs ?? 300_000,
    connectionsCheckingInterval: 1_000,
    // Longer than the 60 s of common load balancers, so that they close idle connections first.
    keepAliveTimeout: 65_000,
    keepAlive: true,
    // Buffer of a response whose reader has stopped.
    highWaterMark: 16 * 1024,
  });

  function accept(request: IncomingMessage, response: ServerResponse): void {
    const exchange: OpenExchange = {
      slot: 0,
      socket: request.socket,
      response,
      abort: new AbortController(),
    };
    open.add(exchange);
    response.on('close', () => {
      open.remove(exchange);
      if (!response.writableFinished) exchange.abort.abort(clientLeft());
      if (!request.complete) lingerFor(request);
      if (draining) setImmediate(() => server.closeIdleConnections());
    });
    answer(request, response, exchange.abort.signal).catch((error: unknown) => {
      refuse(response, describeError(asConclaveError(error), request.url));
    });
  }

  async function answer(
    request: IncomingMessage,
    response: ServerResponse,
    signal: AbortSignal,
  ): Promise<void> {
    if (draining) {
      response.setHeader('connection', 'close');
      throw new ConclaveError('shutting_down', 'Conclave is shutting down; send the request again.');
    }
    // A request with a foreign or ambiguous target gets no second request on this connection.
    const { shouldKeepAlive } = response;
    response.shouldKeepAlive = false;
    const target = checkTarget(request.url);
    checkFraming(request);
    checkHostAndOrigin(request, {
      allowedHosts: [...options.allowedHosts, host],
      anyHost: options.isForAnyHost?.(target) ?? false,
    });
    response.shouldKeepAlive = shouldKeepAlive;
    if (admitOrigin(request, response)) return;
    await onRequest(request, response, signal);
  }

  server.on('request', accept);
  // Only `100-continue` is supported: other expectations are ignored, as HTTP allows.
  server.on('checkExpectation', accept);
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    const { maxBodyBytes = defaultMaxBodyBytes } = options;
    if (Number(request.headers['content-length'] ?? 0) <= maxBodyBytes) response.writeContinue();
    // A client whose body was not requested may consider the connection free, so it is closed.
    else response.shouldKeepAlive = false;
    accept(request, response);
  });
  refuseOnSocket(server, {
    describe: describeError,
    isAnswering: (socket) =>
      open.all().some((exchange) => exchange.socket === socket && exchange.response.headersSent),
  });
  await listen(server, options);

  // The address of a TCP server is an object.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    get open() {
      return open.size;
    },
    close() {
      draining = true;
      return drain(server, open, options.drainMs ?? 30_000);
    },
  };
}

/** Lets open exchanges finish, aborts them after `drainMs`, and cuts what is still open a moment later. */
async function drain(server: Server, open: LiveList<OpenExchange>, drainMs: Ms): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  const deadline = setTimeout(() => {
    for (const { abort } of open.all()) {
      abort.abort(new ConclaveError('shutting_down', 'Conclave is shutting down.', { hint: 'gave-up' }));
    }
  }, drainMs);
  const cut = setTimeout(() => server.closeAllConnections(), drainMs + lastWordsMs);
  await closed;
  clearTimeout(deadline);
  clearTimeout(cut);
}

type OpenExchange = Listed & {
  readonly socket: Socket;
  readonly response: ServerResponse;
  readonly abort: AbortController;
};

/** Accepts only paths: an absolute target would name a second host, which a proxy in front may have used. */
function checkTarget(url: string | undefined): string {
  if (url?.startsWith('/')) return url;
  throw new ConclaveError('invalid_request', 'The request target must be a path that begins with "/".');
}

function lingerFor(request: IncomingMessage): void {
  const timer = setTimeout(() => request.socket.destroy(), lingerMs).unref();
  request.once('end', () => clearTimeout(timer));
}

function refuse(response: ServerResponse, { status, headers, body }: ErrorReply): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
