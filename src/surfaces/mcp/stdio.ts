import { Console } from 'node:console';
import { finished } from 'node:stream/promises';
import { serveStdio as serve } from '@modelcontextprotocol/server/stdio';
import type { Ms } from '../../core/units.ts';
import { clientRoots } from './client-roots.ts';
import { mcpServer, type Offer } from './mcp-server.ts';

/** Whoever starts a server and says nothing still wants to know whether it can work. */
const silenceMs: Ms = 1_000;

/**
 * Serves MCP on standard input and output as the local key, until the client closes its end. The first message is
 * answered before the app is there, because a client waits for that answer with everything else; the app follows at
 * once. @throws whatever kept the app from opening.
 */
export async function serveStdio({ tools, app }: Offer): Promise<void> {
  // Standard output carries the protocol and nothing else, whatever a library prints.
  globalThis.console = new Console(process.stderr);
  const failed = Promise.withResolvers<never>();
  const open = () => {
    app()
      // A folder that is missing is told at once, not with the first call.
      .then((opened) => opened.localRoots())
      .catch(failed.reject);
  };
  const anyway = setTimeout(open, silenceMs);
  const handle = serve(
    () => {
      clearTimeout(anyway);
      // Behind the answer: to load everything takes as long again.
      setTimeout(open, 1);
      return mcpServer(
        { tools, app },
        { principal: (opened) => opened.localPrincipal(), roots: clientRoots() },
      );
    },
    { onerror: (error) => process.stderr.write(`warning: mcp: ${error.message}\n`) },
  );
  try {
    const ended = finished(process.stdin, { writable: false }).catch(() => undefined);
    await Promise.race([ended, failed.promise]);
  } finally {
    clearTimeout(anyway);
    await handle.close();
  }
}
