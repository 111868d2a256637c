import type { CallToolResult, McpServer, ServerContext, ToolAnnotations } from '@modelcontextprotocol/server';
import { asConclaveError, type ErrorCode } from '../../core/errors.ts';
import type { Tokens } from '../../core/units.ts';
import type { Tool } from '../../tools/offer/tool.ts';
import { callerFamily } from './caller-family.ts';
import { listedSchema } from './listed-schema.ts';
import type { Client, Offer } from './mcp-server.ts';
import { reportProgress } from './report-progress.ts';

/** What clients take of one answer is 25,000 tokens; other tokenizers count up to a third more than ours. */
const mostTokens: Tokens = 18_000;

/** Offers a tool to a client. Whatever goes wrong is an answer that says what to do, never a protocol error. */
export function registerTool(server: McpServer, offer: Offer, client: Client, tool: Tool): void {
  server.registerTool(
    tool.name,
    {
      title: tool.title,
      description: tool.description,
      // Arguments are read in the handler, so that a wrong one is answered like every other error.
      inputSchema: listedSchema(tool.input, 'anything'),
      outputSchema: listedSchema(tool.output, 'checked'),
      annotations: hintsOf(tool),
    },
    async (input: unknown, context: ServerContext) => {
      const { report, stop } = reportProgress(context.mcpReq, () => performance.now());
      const family = callerFamily(server.server.getClientVersion()?.name);
      const app = await offer.app();
      try {
        // What is listed before the app is there runs as the app offers it: verified where that is wanted.
        const { text, data } = await app.tool(tool.name).run(
          app.readToolInput(tool, input),
          app.toolContext({
            principal: await client.principal(app),
            roots: await client.roots(app, server),
            surface: 'mcp',
            signal: context.mcpReq.signal,
            progress: report,
            ...(family !== undefined && { callerFamily: family }),
          }),
        );
        const readable = await app.fitText(text, mostTokens, whereTheRestIs(data));
        return { content: [{ type: 'text', text: readable }], structuredContent: asObject(data) };
      } catch (thrown) {
        const error = asConclaveError(thrown);
        if (error.code === 'internal')
          app.log.error({ tool: tool.name, cause: error.cause ?? error }, 'tool');
        return refusal(error.code, client.isOperator ? error.toOperator : error.message);
      } finally {
        stop();
      }
    },
  );
}

/** What differs from what the protocol assumes of a tool without hints: that it may destroy, and reaches the world. */
function hintsOf({ readOnly, destructive = false, openWorld }: Tool): ToolAnnotations {
  return {
    ...(readOnly && { readOnlyHint: true }),
    ...(!readOnly && !destructive && { destructiveHint: false }),
    // Asked again, a model answers anew and costs anew.
    ...(destructive && { idempotentHint: true }),
    ...(!openWorld && { openWorldHint: false }),
  };
}

function refusal(code: ErrorCode, message: string): CallToolResult {
  return { isError: true, content: [{ type: 'text', text: `${code}: ${message}` }] };
}

function whereTheRestIs(data: unknown): string {
  const { continuation_id: thread } = asObject(data);
  return typeof thread === 'string'
    ? `All of it: the resource conclave://threads/${thread}, or ask there for a shorter answer.`
    : 'All of it stands in the structured content; ask for less to have it readable.';
}

function asObject(data: unknown): Record<string, unknown> {
  // Every tool's output schema is an object schema; the SDK checks it against that schema again.
  return data as Record<string, unknown>;
}
