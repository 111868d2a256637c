import { randomUUID } from 'node:crypto';
import type { App } from '../../app.ts';
import { authenticate } from '../http/authenticate.ts';
import { mcpEndpoint, type McpEndpoint } from './http-endpoint.ts';
import { mcpServer } from './mcp-server.ts';

/** The app's tools at `/mcp`, for every client with a virtual key; files only where the config grants them. */
export function serveMcpOverHttp(app: App): McpEndpoint {
  return mcpEndpoint({
    principalOf: (headers) => authenticate(app, headers),
    serverFor: async (principal) => mcpServer(app, { principal, roots: await app.grantedRoots(principal) }),
    now: Date.now,
    newId: randomUUID,
    onerror: (error) => app.log.warn({ error: error.message }, 'mcp'),
  });
}
