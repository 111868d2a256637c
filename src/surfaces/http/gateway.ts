import type { App } from '../../app.ts';
import type { ListenOptions } from '../../composition/server/listen-for-http.ts';
import type { ConclaveError } from '../../core/errors.ts';
import { once } from '../../core/memories/once.ts';
import type { HttpExchange } from '../../core/wire/http-exchange.ts';
import type { McpEndpoint } from '../mcp/http-endpoint.ts';
import { rpcErrorReply } from '../mcp/rpc-error.ts';
import { dialectOfPath } from './dialect-of.ts';
import { errorReply, namedError } from './error-reply.ts';
import { isProbe } from './health.ts';
import { routeName, serveRequest } from './routes.ts';

export type Gateway = {
  readonly url: string;
  /** Open exchanges. */
  readonly open: number;
  close(): Promise<void>;
};

/** The current app. A request keeps the app that it started with. */
export type Apps = { readonly current: App };

/** Serves the apps over HTTP. @throws ConclaveError `configuration` if it cannot listen. */
export async function startGateway(
  apps: Apps,
  { host, port }: Pick<ListenOptions, 'host' | 'port'>,
): Promise<Gateway> {
  let endpoint: McpEndpoint | undefined;
  // Loaded on first use: most gateways only serve model calls and need no MCP server.
  const mcp = once(async () => (endpoint = (await import('../mcp/serve-http.ts')).serveMcpOverHttp(apps)));
  const serveMcp = async (exchange: HttpExchange) => (await mcp()).serve(exchange);
  const server = await apps.current.server.listen({
    host,
    port,
    settings: () => apps.current.config.server,
    isForAnyHost: isProbe,
    serve: (exchange) =>
      logged(apps.current, exchange, (app) =>
        exchange.path === mcpPath ? serveMcp(exchange) : serveRequest(app, exchange),
      ),
    describeError: (error, url) => refusal(apps.current, error, url ?? ''),
  });
  return {
    url: server.url,
    get open() {
      return server.open;
    },
    async close() {
      endpoint?.drain();
      await server.close();
      await endpoint?.close();
    },
  };
}

const mcpPath = '/mcp';
/** For metrics: the client disconnected before there was a status. */
const statusOfNone = 499;

/** Serves a request and writes its log line when it is over. */
async function logged(app: App, exchange: HttpExchange, serve: (app: App) => Promise<void>): Promise<void> {
  const startedAt = performance.now();
  try {
    await serve(app);
  } finally {
    const { method, path, status, notes, signal } = exchange;
    app.server.metrics.answered(path === mcpPath ? mcpPath : routeName(path), status ?? statusOfNone);
    const durationMs = Math.round(performance.now() - startedAt);
    app.log.info(
      { method, path, status, durationMs, ...notes, ...(signal.aborted && { hungUp: true }) },
      'request',
    );
  }
}

/** Replies to a request that the server rejects before routing, and writes its log line. */
function refusal(app: App, refused: ConclaveError, url: string) {
  const error = namedError(app, refused);
  const [path = ''] = url.split('?', 1);
  const reply = path === mcpPath ? rpcErrorReply(error) : errorReply(error, dialectOfPath(app, url));
  app.server.metrics.answered('refused', reply.status);
  app.log.info(
    {
      path,
      status: reply.status,
      errorCode: error.code,
      requestId: error.details.requestId,
      reason: error.message,
    },
    'request refused',
  );
  return reply;
}
