import { Console } from 'node:console';
import { finished } from 'node:stream/promises';
import { serveStdio as serve } from '@modelcontextprotocol/server/stdio';
import type { App } from '../../app.ts';
import { clientRoots } from './client-roots.ts';
import { mcpServer } from './mcp-server.ts';

/** Serves MCP on standard input and output as the local key, until the client closes its end. */
export async function serveStdio(app: App): Promise<void> {
  // Standard output carries the protocol and nothing else, whatever a library prints.
  globalThis.console = new Console(process.stderr);
  // A folder that is missing is told at once, not with the first call.
  const [principal] = await Promise.all([app.localPrincipal(), app.localRoots()]);
  const client = () => ({ principal: () => principal, roots: clientRoots(app) });
  const handle = serve(() => mcpServer({ current: app }, client()), {
    onerror: (error) => app.log.warn({ error: error.message }, 'mcp'),
  });
  await finished(process.stdin, { writable: false }).catch(() => undefined);
  await handle.close();
}
