import type { App } from '../../app.ts';
import type { McpEndpoint } from '../mcp/http-endpoint.ts';
import { rpcErrorReply } from '../mcp/rpc-error.ts';
import { errorReply } from './error-reply.ts';
import { dialectOfPath, serveRequest } from './routes.ts';

export type Gateway = { readonly url: string; close(): Promise<void> };

/** Serves the app over HTTP. @throws ConclaveError `configuration` when it cannot listen. */
export async function startGateway(
  app: App,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<Gateway> {
  let loading: Promise<McpEndpoint> | undefined;
  // At the first use: whoever only relays model calls need not load an MCP server.
  const mcp = () =>
    (loading ??= import('../mcp/serve-http.ts').then(({ serveMcpOverHttp }) => serveMcpOverHttp(app)));
  const server = await app.listen({
    host,
    port,
    serve: async (exchange) =>
      exchange.path === mcpPath ? (await mcp()).serve(exchange) : serveRequest(app, exchange),
    describeError: (error, url) =>
      url?.split('?', 1)[0] === mcpPath
        ? rpcErrorReply(error)
        : errorReply(error, dialectOfPath(app, url ?? '')),
  });
  return {
    url: server.url,
    async close() {
      (await loading)?.drain();
      await server.close();
      await (await loading)?.close();
    },
  };
}

const mcpPath = '/mcp';
