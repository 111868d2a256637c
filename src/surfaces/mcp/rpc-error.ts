import type { ConclaveError } from '../../core/errors.ts';
import type { WholeReply } from '../../core/wire/http-exchange.ts';
import type { JsonObject } from '../../core/json/json.ts';

/** Builds a JSON-RPC error reply for a failure before any MCP server was involved. */
export function rpcErrorReply({
  message,
  status,
  code,
  details: { retryAfterMs },
}: ConclaveError): WholeReply & { readonly body: string } {
  return {
    status,
    headers: {
      'content-type': 'application/json',
      ...(retryAfterMs !== undefined && { 'retry-after': String(Math.ceil(retryAfterMs / 1000)) }),
      ...(code === 'authentication' && { 'www-authenticate': 'Bearer realm="conclave"' }),
    },
    body: errorBody(code === 'invalid_request' ? -32_600 : -32_000, message),
  };
}

/** Builds a JSON-RPC error as a `Response` for the SDK. `id` is taken from the message that is answered. */
export function rpcError(
  status: number,
  {
    code,
    message,
    id,
  }: { readonly code: number; readonly message: string; readonly id: JsonObject | undefined },
): Response {
  const body = errorBody(code, message, id?.['id']);
  return new Response(body, { status, headers: { 'content-type': 'application/json' } });
}

/** Formats a JSON-RPC 2.0 error; `id` is that of the failed message, if known. */
export function errorBody(code: number, message: string, id: unknown = null): string {
  return JSON.stringify({ jsonrpc: '2.0', error: { code, message }, id });
}
