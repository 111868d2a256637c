import { randomUUID } from 'node:crypto';
import type { Apps } from '../http/gateway.ts';
import { authenticate } from '../authenticate.ts';
import { mcpEndpoint, type McpEndpoint } from './http-endpoint.ts';
import { mcpServer } from './mcp-server.ts';

/** Serves the app's tools at `/mcp` for every client with a virtual key; files only if the config grants them. */
export function serveMcpOverHttp(apps: Apps): McpEndpoint {
  return mcpEndpoint({
    sessions: apps.current.server.processes === 1,
    principalOf: (headers) => authenticate(apps.current, headers),
    serverFor: async (principal) =>
      mcpServer(
        { tools: apps.current.tools.all, app: async () => apps.current },
        {
          principal: async () => principal(),
          roots: (app) => app.roots.granted(principal()),
          isOperator: false,
        },
      ),
    now: Date.now,
    newId: randomUUID,
    onerror: (error) => apps.current.log.warn({ error: error.message }, 'mcp'),
  });
}
