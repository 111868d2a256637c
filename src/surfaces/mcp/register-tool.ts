import type { CallToolResult, McpServer, ServerContext, ToolAnnotations } from '@modelcontextprotocol/server';
import { asConclaveError, type ErrorCode } from '../../core/errors.ts';
import type { Tokens } from '../../core/units.ts';
import type { Tool } from '../../tools/offer/tool.ts';
import { callerFamily } from './caller-family.ts';
import { listedSchema } from './listed-schema.ts';
import type { Client, Offer } from './mcp-server.ts';
import { reportProgress } from './report-progress.ts';

/** Clients accept 25,000 tokens per answer; other tokenizers count up to a third more than ours. */
const maxTokens: Tokens = 18_000;

/** Registers a tool. Every failure is an answer that says what to do, never a protocol error. */
export function registerTool(server: McpServer, offer: Offer, client: Client, tool: Tool): void {
  server.registerTool(
    tool.name,
    {
      title: tool.title,
      description: tool.description,
      // The handler validates the arguments, so that a wrong one is reported like every other error.
      inputSchema: listedSchema(tool.input, 'anything'),
      outputSchema: listedSchema(tool.output, 'checked'),
      annotations: hintsOf(tool),
    },
    async (input: unknown, context: ServerContext) => {
      const { report, stop } = reportProgress(context.mcpReq, () => performance.now());
      const family = callerFamily(server.server.getClientVersion()?.name);
      const app = await offer.app();
      try {
        // Tools are listed before the app is open; the app's version of the tool runs, which verifies answers if
        // required.
        const { text, data } = await app.tools.named(tool.name).run(
          app.tools.readInput(tool, input),
          app.tools.context({
            principal: await client.principal(app),
            roots: await client.roots(app, server),
            surface: 'mcp',
            signal: context.mcpReq.signal,
            progress: report,
            ...(family !== undefined && { callerFamily: family }),
          }),
        );
        const readable = await app.tools.fitText(text, maxTokens, whereTheRestIs(data));
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

/**
 * Returns hints only if they differ from the protocol's defaults: that a tool may destroy and reaches the outside
 * world.
 */
function hintsOf({ readOnly, destructive = false, openWorld }: Tool): ToolAnnotations {
  return {
    ...(readOnly && { readOnlyHint: true }),
    ...(!readOnly && !destructive && { destructiveHint: false }),
    // Repeating a model call gives another answer and costs again, so only destructive tools are idempotent.
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
    ? `The full answer: the resource conclave://threads/${thread}, or ask there for a shorter answer.`
    : 'The full answer is in the structured content; ask for less to have it readable.';
}

function asObject(data: unknown): Record<string, unknown> {
  // Every tool's output schema is an object schema; the SDK validates against it again.
  return data as Record<string, unknown>;
}
