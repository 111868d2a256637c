import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { serveStdio as serve, StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import type { Ms } from '../../core/units.ts';
import { answerBrokenLines } from './answer-broken-lines.ts';
import { clientRoots } from './client-roots.ts';
import { mcpServer, type Offer } from './mcp-server.ts';

/** Whoever starts a server and says nothing still wants to know whether it can work. */
const silenceMs: Ms = 1_000;

/** Behind the first answer a client asks for the lists at once; to load the app, which takes as long again, is not in their way. */
const listsMs: Ms = 100;

/**
 * Serves MCP on standard input and `output` as the local key, until the client closes its end. The first message is
 * answered before the app is there, because a client waits for that answer with everything else; the app follows
 * soon. @throws whatever kept the app from opening.
 */
export async function serveStdio({
  tools,
  app,
  output,
}: Offer & { readonly output: Writable }): Promise<void> {
  const failed = Promise.withResolvers<never>();
  const open = () => {
    app()
      // A folder that is missing is told at once, not with the first call.
      .then((opened) => opened.localRoots())
      .catch(failed.reject);
  };
  let opening = setTimeout(open, silenceMs);
  const stopAnswering = answerBrokenLines(process.stdin, output);
  const handle = serve(
    () => {
      clearTimeout(opening);
      opening = setTimeout(open, listsMs);
      return mcpServer(
        { tools, app },
        { principal: (opened) => opened.localPrincipal(), roots: clientRoots(), isOperator: true },
      );
    },
    {
      transport: new StdioServerTransport(process.stdin, output),
      onerror: (error) => process.stderr.write(`warning: mcp: ${said(error)}\n`),
    },
  );
  try {
    const ended = finished(process.stdin, { writable: false }).catch(() => undefined);
    await Promise.race([ended, failed.promise]);
  } finally {
    clearTimeout(opening);
    stopAnswering();
    await handle.close();
  }
}

/** What a schema says of a message that is none fills a screen. */
function said({ name, message }: Error): string {
  return name === 'ZodError' || name === '$ZodError'
    ? 'a message that is no JSON-RPC 2.0 was refused'
    : message;
}
