import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import { ConclaveError } from '../../core/errors.ts';
import type { Ms } from '../../core/units.ts';
import type { ErrorReply } from '../../core/wire/http-exchange.ts';

/** Time for a client to read the last reply on its connection. */
export const lastWordsMs: Ms = 1_000;

/**
 * Replies with an error where Node offers no response object: to a tunnel (CONNECT), and to bytes that are not HTTP,
 * unless that would land in the middle of another reply. Both end the connection.
 */
export function refuseOnSocket(
  server: Server,
  {
    describe,
    isAnswering,
  }: {
    readonly describe: (error: ConclaveError, url?: string) => ErrorReply;
    /** Whether a reply has begun on this connection. */
    readonly isAnswering: (socket: Socket) => boolean;
  },
): void {
  server.on('connect', (request: IncomingMessage, socket: Socket) => {
    lastAnswer(socket, describe(noTunnel(), request.url));
  });
  const refused = new WeakSet<Socket>();
  server.on('clientError', (error: NodeJS.ErrnoException & { rawPacket?: Buffer }, socket: Socket) => {
    if (refused.has(socket)) return;
    refused.add(socket);
    if (error.code === 'ECONNRESET' || !socket.writable || isAnswering(socket)) {
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

function noTunnel(): ConclaveError {
  return new ConclaveError('method_not_allowed', 'Conclave is not a proxy and opens no tunnels (CONNECT).');
}
