import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { asConclaveError, ConclaveError } from '../core/errors.ts';
import type { Ms } from '../core/units.ts';
import { checkFraming } from './check-framing.ts';
import { checkHostAndOrigin } from './check-host-and-origin.ts';
import { LiveList, type Listed } from '../core/streams/live-list.ts';
import { admitOrigin } from './other-origin.ts';

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

type ErrorReply = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
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
/** Time for aborted exchanges to report the shutdown to their clients. */
const lastWordsMs = 1_000;
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
  server.on('connect', (request: IncomingMessage, socket: Socket) => {
    lastAnswer(socket, describeError(noTunnel(), request.url));
  });
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    const { maxBodyBytes = defaultMaxBodyBytes } = options;
    if (Number(request.headers['content-length'] ?? 0) <= maxBodyBytes) response.writeContinue();
    // A client whose body was not requested may consider the connection free, so it is closed.
    else response.shouldKeepAlive = false;
    accept(request, response);
  });
  refuseUnreadable(server, open, describeError);
  await listen(server, options);

  async function close(): Promise<void> {
    draining = true;
    const { drainMs = 30_000 } = options;
    const closed = new Promise((resolve) => server.close(resolve));
    const deadline = setTimeout(() => {
      for (const { abort } of open.all()) {
        abort.abort(new ConclaveError('shutting_down', 'Conclave is shutting down.', { gaveUp: true }));
      }
    }, drainMs);
    const cut = setTimeout(() => server.closeAllConnections(), drainMs + lastWordsMs);
    await closed;
    clearTimeout(deadline);
    clearTimeout(cut);
  }

  // The address of a TCP server is an object.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    get open() {
      return open.size;
    },
    close,
  };
}

type OpenExchange = Listed & {
  readonly socket: Socket;
  readonly response: ServerResponse;
  readonly abort: AbortController;
};

/**
 * Replies to bytes that are not HTTP with an error and closes, unless that would land in the middle of another reply.
 */
function refuseUnreadable(
  server: Server,
  open: LiveList<OpenExchange>,
  describe: (error: ConclaveError, url?: string) => ErrorReply,
): void {
  const refused = new WeakSet<Socket>();
  server.on('clientError', (error: NodeJS.ErrnoException & { rawPacket?: Buffer }, socket: Socket) => {
    if (refused.has(socket)) return;
    refused.add(socket);
    const answering = open
      .all()
      .some((exchange) => exchange.socket === socket && exchange.response.headersSent);
    if (error.code === 'ECONNRESET' || !socket.writable || answering) {
      socket.destroy();
      return;
    }
    lastAnswer(socket, describe(unreadable(error.code ?? ''), targetOf(error.rawPacket)));
  });
}

/** Writes a reply without a response object, and ends the connection. */
function lastAnswer(socket: Socket, { status, headers, body }: ErrorReply): void {
  const lines = Object.entries({
    ...headers,
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  });
  socket.end(
    `HTTP/1.1 ${status} ${statusTexts[status] ?? 'Error'}\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`,
  );
  setTimeout(() => socket.destroy(), lastWordsMs).unref();
}

/** Returns the target from an unreadable request if its first line is readable: it decides the client's dialect. */
function targetOf(packet: Buffer | undefined): string | undefined {
  const line = packet?.subarray(0, 200).toString('latin1');
  return line && /^[A-Z]+ (\/[\x21-\x7e]*) HTTP\//.exec(line)?.[1];
}

const statusTexts: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  413: 'Content Too Large',
  431: 'Request Header Fields Too Large',
};

function unreadable(code: string): ConclaveError {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new ConclaveError(
        'invalid_request',
        'The headers are larger than 16 KiB; send fewer or shorter ones.',
        {
          status: 431,
        },
      );
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new ConclaveError('request_timeout', 'The request did not arrive in time.');
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return new ConclaveError('request_too_large', 'The chunk extensions are too large; send none.');
    default:
      return new ConclaveError('invalid_request', `The request is not valid HTTP/1.1 (${code}).`);
  }
}

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

/** Formats an error with the fields of both OpenAI and Anthropic in one object. */
function plainError(error: ConclaveError): ErrorReply {
  const { code, message, status, details } = error;
  const type = status < 500 ? 'invalid_request_error' : 'api_error';
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ type: 'error', error: { type, message, param: details.param ?? null, code } }),
  };
}

function listen(server: Server, { host, port }: HttpServerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(cannotListen(error, host, port)));
    server.listen(port, host, resolve);
  });
}

function cannotListen(error: NodeJS.ErrnoException, host: string, port: number): ConclaveError {
  const remedies: Readonly<Record<string, string>> = {
    EADDRINUSE: `port ${port} is taken; stop the program that holds it, or choose another with --port or server.port`,
    EACCES: `port ${port} needs more rights; choose one above 1023 with --port or server.port`,
    EADDRNOTAVAIL: `${host} is not an address of this machine; choose another with --host or server.host`,
    ENOTFOUND: `${host} does not resolve; choose another with --host or server.host`,
  };
  const code = error.code ?? 'unknown failure';
  return new ConclaveError('configuration', `Cannot listen on ${host}: ${remedies[code] ?? code}.`, {
    cause: error,
  });
}

function noTunnel(): ConclaveError {
  return new ConclaveError('method_not_allowed', 'Conclave is no proxy: it opens no tunnels (CONNECT).');
}

function clientLeft(): ConclaveError {
  return new ConclaveError('cancelled', 'The client closed the connection.');
}
