import { createMcpHandler, isLegacyRequest } from '@modelcontextprotocol/server';
import type { IncomingHttpHeaders } from 'node:http';
import type { Principal } from '../../core/call.ts';
import { asConclaveError } from '../../core/errors.ts';
import type { HttpExchange } from '../../core/wire/http-exchange.ts';
import { httpSessions, type SessionOptions } from './http-sessions.ts';
import { rpcErrorReply } from './rpc-error.ts';
import { sendWebResponse, webRequest } from './web-exchange.ts';

export type McpEndpointOptions = SessionOptions & {
  /** @throws ConclaveError `authentication` for an unknown key. */
  readonly principalOf: (headers: IncomingHttpHeaders) => Promise<Principal>;
  /**
   * Whether clients of older revisions get sessions. Otherwise each request is served on its own, because with several
   * processes the next one may reach another process. Default true.
   */
  readonly sessions?: boolean;
};

export type McpEndpoint = {
  /** Answers one request to `/mcp`. Never throws. */
  serve(exchange: HttpExchange): Promise<void>;
  /** Ends the streams that only carry notifications; pending replies still arrive. */
  drain(): void;
  close(): Promise<void>;
};

/**
 * Serves MCP over Streamable HTTP: revision 2026-07-28 without sessions, older ones with sessions if those can be kept.
 * The server has already checked Host and Origin; the key is checked here, on every request.
 */
export function mcpEndpoint(options: McpEndpointOptions): McpEndpoint {
  const { principalOf, serverFor, onerror, sessions: withSessions = true } = options;
  const principals = new WeakMap<Request, Principal>();
  const sessions = httpSessions(options);
  const sessionless = createMcpHandler(
    ({ requestInfo }) => {
      const principal = principalBehind(principals, requestInfo);
      return serverFor(() => principal);
    },
    { legacy: withSessions ? 'reject' : 'stateless', onerror },
  );
  const standing = new Set<AbortController>();

  async function answer(exchange: HttpExchange, stop: AbortController): Promise<void> {
    const principal = await principalOf(exchange.headers);
    const body = exchange.method === 'POST' ? (await exchange.readJson(principal.keyId)).value : undefined;
    // The event stream of a session. Revision 2026-07-28 opens one only for changes that a server announces: none here.
    if (exchange.method === 'GET') standing.add(stop);
    const request = webRequest(exchange, stop.signal);
    principals.set(request, principal);
    try {
      const response =
        withSessions && (await isLegacyRequest(request, body))
          ? await sessions.serve(request, { principal, ...(body && { body }) })
          : await sessionless.fetch(request, { parsedBody: body });
      await sendWebResponse(exchange, response, stop.signal);
    } finally {
      sessions.ended(request);
    }
  }

  return {
    async serve(exchange) {
      const stop = new AbortController();
      const leave = () => stop.abort(exchange.signal.reason);
      exchange.signal.addEventListener('abort', leave);
      try {
        await answer(exchange, stop);
      } catch (thrown) {
        const error = asConclaveError(thrown);
        if (error.code === 'internal') onerror(error.cause instanceof Error ? error.cause : error);
        if (exchange.headSent) exchange.destroy();
        else exchange.send(rpcErrorReply(error));
      } finally {
        standing.delete(stop);
        exchange.signal.removeEventListener('abort', leave);
      }
    },
    drain() {
      for (const stop of standing) stop.abort();
    },
    async close() {
      await Promise.all([sessions.close(), sessionless.close()]);
    },
  };
}

function principalBehind(principals: WeakMap<Request, Principal>, request: Request | undefined): Principal {
  const principal = request && principals.get(request);
  if (principal) return principal;
  throw new Error('An MCP server is made for a request whose key was checked.');
}
