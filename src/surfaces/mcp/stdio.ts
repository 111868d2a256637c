import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { serveStdio as serve, StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import type { Ms } from '../../core/units.ts';
import { answerBrokenLines } from './answer-broken-lines.ts';
import { clientRoots } from './client-roots.ts';
import { mcpServer, type Offer } from './mcp-server.ts';

/** If the client sends nothing for this long, open the app anyway, so that a startup error shows. */
const silenceMs: Ms = 1_000;

/**
 * After the first reply a client requests the lists at once; this delay keeps loading the app, which takes as long
 * again, out of their way.
 */
const listsMs: Ms = 100;

/**
 * Serves MCP on standard input and `output` as the local key, until the client closes either. The first message is
 * answered before the app is open, because the client blocks on that answer; the app opens soon after.
 * @throws any error that kept the app from opening.
 */
export async function serveStdio({
  tools,
  app,
  output,
}: Offer & { readonly output: Writable }): Promise<void> {
  const failed = Promise.withResolvers<never>();
  const open = () => {
    app()
      // A missing folder is reported at once, not on the first call.
      .then((opened) => opened.roots.local())
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
        { principal: (opened) => opened.keys.localPrincipal(), roots: clientRoots(), isOperator: true },
      );
    },
    {
      transport: new StdioServerTransport(process.stdin, output),
      onerror: (error) => process.stderr.write(`warning: mcp: ${shortMessage(error)}\n`),
    },
  );
  try {
    // A client that has gone closes both; what it no longer reads cannot be written.
    const ended = [finished(process.stdin, { writable: false }), finished(output)];
    await Promise.race([...ended.map((end) => end.catch(() => undefined)), failed.promise]);
  } finally {
    clearTimeout(opening);
    stopAnswering();
    await handle.close();
    // An open standard input would keep the process alive.
    process.stdin.destroy();
  }
}

/** Shortens schema errors about an invalid message, which would fill a screen. */
function shortMessage({ name, message }: Error): string {
  return name === 'ZodError' || name === '$ZodError'
    ? 'a message that is not JSON-RPC 2.0 was refused'
    : message;
}
