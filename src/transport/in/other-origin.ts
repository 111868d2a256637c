import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Lets a page of another origin read the reply (CORS); the origin was checked before. Cookies are not used and not
 * allowed: callers authenticate with a key. Returns true for a preflight request, which is then answered.
 */
export function admitOrigin({ headers, method }: IncomingMessage, response: ServerResponse): boolean {
  const { origin, host } = headers;
  if (origin === undefined || origin === `http://${host}` || origin === `https://${host}`) return false;
  response.setHeader('access-control-allow-origin', origin);
  response.setHeader('vary', 'origin');
  const asks = headers['access-control-request-method'];
  if (method !== 'OPTIONS' || asks === undefined) {
    response.setHeader('access-control-expose-headers', '*');
    return false;
  }
  const wanted = headers['access-control-request-headers'];
  response.writeHead(204, {
    'access-control-allow-methods': 'GET, POST, PATCH, DELETE',
    ...(wanted && { 'access-control-allow-headers': wanted }),
    'access-control-max-age': '600',
  });
  response.end();
  return true;
}
