import {
  isInitializeRequest,
  WebStandardStreamableHTTPServerTransport,
  type McpServer,
} from '@modelcontextprotocol/server';
import type { Principal } from '../../core/call.ts';
import { isJsonObject, type JsonObject } from '../../core/json/json.ts';
import type { Ms } from '../../core/units.ts';
import { rpcError } from './rpc-error.ts';

/** A client that returns later starts a new session by itself. */
const idleAfterMs: Ms = 30 * 60_000;
const maxSessionsOfKey = 64;

export type SessionOptions = {
  /** Creates a server for a client; the settings of its key may change while the server lives. */
  readonly serverFor: (principal: () => Principal) => Promise<McpServer>;
  readonly now: () => Ms;
  readonly newId: () => string;
  readonly onerror: (error: Error) => void;
};

type Session = {
  readonly id: string;
  principal: Principal;
  readonly server: McpServer;
  readonly transport: WebStandardStreamableHTTPServerTransport;
  usedAt: Ms;
  /** Running requests and open event streams. */
  open: number;
};

export type HttpSessions = {
  /** Answers one request of a client whose revision has sessions, and counts it until `ended`. */
  serve(
    request: Request,
    client: { readonly principal: Principal; readonly body?: JsonObject },
  ): Promise<Response>;
  ended(request: Request): void;
  close(): Promise<void>;
};

/**
 * Keeps sessions for clients of a revision before 2026-07-28: one server each, from `initialize` until the client ends
 * it or is silent for half an hour. A session belongs to the key that started it and does not exist for others.
 */
export function httpSessions({ serverFor, now, newId, onerror }: SessionOptions): HttpSessions {
  const sessions = new Map<string, Session>();
  const serving = new WeakMap<Request, Session>();

  async function begin(principal: Principal): Promise<Session> {
    await makeRoom(principal.keyId);
    const id = newId();
    const server = await serverFor(() => sessions.get(id)?.principal ?? principal);
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => id,
      onsessionclosed: () => void sessions.delete(id),
    });
    Object.assign(transport, { onerror });
    await server.connect(transport);
    const session: Session = { id, principal, server, transport, usedAt: now(), open: 0 };
    sessions.set(id, session);
    return session;
  }

  /** Ends idle sessions, and the longest idle ones of a key that has too many. */
  async function makeRoom(keyId: string): Promise<void> {
    const idle = [...sessions.values()].filter(({ open }) => open === 0).sort((a, b) => a.usedAt - b.usedAt);
    const own = [...sessions.values()].filter(({ principal }) => principal.keyId === keyId).length;
    const surplus = Math.max(0, own - maxSessionsOfKey + 1);
    const tooMany = idle.filter(({ principal }) => principal.keyId === keyId).slice(0, surplus);
    const stale = idle.filter(({ usedAt }) => now() - usedAt > idleAfterMs);
    await Promise.all([...new Set([...tooMany, ...stale])].map(end));
  }

  async function end({ id, server }: Session): Promise<void> {
    sessions.delete(id);
    await server.close();
  }

  return {
    async serve(request, { principal, body }) {
      const id = request.headers.get('mcp-session-id');
      const known = id === null ? undefined : sessions.get(id);
      if (id !== null && known?.principal.keyId !== principal.keyId) {
        return rpcError(404, {
          code: -32_001,
          message: 'There is no such session; send initialize again.',
          id: body,
        });
      }
      if (!known && !isInitializeRequest(body)) {
        const message = `No session: send initialize first, or the headers and _meta of revision 2026-07-28.`;
        return rpcError(400, { code: -32_000, message, id: body });
      }
      const session = known ?? (await begin(principal));
      session.principal = principal;
      session.open += 1;
      serving.set(request, session);
      request.signal.addEventListener('abort', () => hungUp(session, body));
      const response = await session.transport.handleRequest(request, body && { parsedBody: body });
      if (body?.['method'] === 'notifications/cancelled') endStream(session, body['params']);
      return response;
    },
    ended(request) {
      const session = serving.get(request);
      if (!session) return;
      session.open -= 1;
      session.usedAt = now();
    },
    async close() {
      await Promise.all([...sessions.values()].map(end));
    },
  };
}

/** A cancelled request gets no reply, so its stream must be closed here. */
function endStream({ transport }: Session, params: unknown): void {
  const requestId = isJsonObject(params) ? params['requestId'] : undefined;
  if (isRequestId(requestId)) transport.closeSSEStream(requestId);
}

/** The client cannot fetch the reply any more, because streams are not resumed: stop the work like a cancellation. */
function hungUp({ transport }: Session, body: JsonObject | undefined): void {
  const requestId = body?.['id'];
  if (!isRequestId(requestId)) return;
  const params = { requestId, reason: 'The client closed the connection.' };
  transport.onmessage?.({ jsonrpc: '2.0', method: 'notifications/cancelled', params });
}

function isRequestId(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}
