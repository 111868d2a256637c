import type { IncomingMessage } from 'node:http';
import { ConclaveError } from '../../core/errors.ts';

/**
 * Rejects requests that a proxy in front may have read differently, or as another client's: unsupported HTTP versions,
 * a transfer encoding other than `chunked` (HTTP/1.0 has none), duplicate Authorization headers.
 * @throws ConclaveError `invalid_request`
 */
export function checkFraming({ headers, httpVersion, rawHeaders }: IncomingMessage): void {
  if (httpVersion !== '1.1' && httpVersion !== '1.0') {
    throw new ConclaveError('invalid_request', `HTTP/${httpVersion} is not supported here; use HTTP/1.1.`, {
      status: 505,
    });
  }
  const coding = headers['transfer-encoding'];
  if (coding !== undefined && (httpVersion === '1.0' || coding.trim().toLowerCase() !== 'chunked')) {
    throw new ConclaveError(
      'invalid_request',
      `A body in the transfer-encoding "${coding}" is not accepted over HTTP/${httpVersion}; send it with a content-length, or chunked over HTTP/1.1.`,
    );
  }
  if (headers.authorization !== undefined && timesOf(rawHeaders, 'authorization') > 1) {
    throw new ConclaveError('invalid_request', 'A request has one Authorization header at most.');
  }
}

function timesOf(rawHeaders: readonly string[], name: string): number {
  let times = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const header = rawHeaders[at];
    if (header?.length === name.length && header.toLowerCase() === name) times++;
  }
  return times;
}
