import type { OutgoingHttpHeaders } from 'node:http';

/** The two headers that cross, so that replies with a length are not chunked. */
export function replyHeaders(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): OutgoingHttpHeaders {
  const crossing: OutgoingHttpHeaders = {};
  for (const name of ['content-type', 'content-length']) {
    if (headers[name] !== undefined) crossing[name] = headers[name];
  }
  return crossing;
}
