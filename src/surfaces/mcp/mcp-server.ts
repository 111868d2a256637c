import { McpServer, type ServerContext } from '@modelcontextprotocol/server';
import type { App } from '../../app.ts';
import type { Principal } from '../../core/call.ts';
import { asConclaveError } from '../../core/errors.ts';
import { version } from '../../core/version.ts';
import type { Roots } from '../../files/roots.ts';
import type { Tool } from '../../tools/tool.ts';
import { callerFamily } from './caller-family.ts';
import { listedSchema } from './listed-schema.ts';

/** Longer silences than this are filled with a word about what is running. */
const progressEveryMs = 5_000;

/** What holds for every tool and so stands in none of them. */
const instructions = `Conclave asks other models: for a second opinion, a review, a plan. Without \`model\` it picks one that fits.
Beside its own members every answer has text, warnings, left_out (what was not sent, and why), model or models, request_id
(explain shows why that model), cost_nano_usd and simulated. continuation_id goes on with a thread, in any tool.`;

/** Who a client acts as, and what it may have read. */
export type Client = { readonly principal: Principal; readonly roots: Roots };

/** An MCP server with every tool of the app, for one client. */
export function mcpServer(app: App, client: Client): McpServer {
  const server = new McpServer({ name: 'conclave', version }, { capabilities: { tools: {} }, instructions });
  for (const tool of app.tools) register(server, app, client, tool);
  return server;
}

function register(server: McpServer, app: App, client: Client, tool: Tool): void {
  server.registerTool(
    tool.name,
    {
      title: tool.title,
      description: tool.description,
      // Arguments are read in the handler, so that a wrong one is answered like every other error.
      inputSchema: listedSchema(tool.input, 'anything'),
      outputSchema: listedSchema(tool.output, 'checked'),
      annotations: {
        readOnlyHint: tool.readOnly,
        destructiveHint: false,
        idempotentHint: tool.readOnly,
        openWorldHint: tool.openWorld,
      },
    },
    async (input: unknown, context: ServerContext) => {
      const { report, stop } = progressReporter(context);
      const family = callerFamily(server.server.getClientVersion()?.name);
      try {
        const { text, data } = await tool.run(
          app.readToolInput(tool, input),
          app.toolContext({
            ...client,
            surface: 'mcp',
            signal: context.mcpReq.signal,
            progress: report,
            ...(family !== undefined && { callerFamily: family }),
          }),
        );
        return { content: [{ type: 'text', text }], structuredContent: asObject(data) };
      } catch (thrown) {
        const error = asConclaveError(thrown);
        if (error.code === 'internal')
          app.log.error({ tool: tool.name, cause: error.cause ?? error }, 'tool');
        return { isError: true, content: [{ type: 'text', text: `${error.code}: ${error.message}` }] };
      } finally {
        stop();
      }
    },
  );
}

/** Tells the client at once, and again while nothing else is said, that the work goes on. */
function progressReporter({ mcpReq }: ServerContext) {
  const token = mcpReq._meta?.progressToken;
  if (token === undefined) return { report: () => undefined, stop: () => undefined };
  let step = 0;
  let last = 'working';
  const send = (message: string) => {
    last = message;
    step += 1;
    const params = { progressToken: token, progress: step, message };
    // A client that has gone cannot be told; the call's own signal ends the work.
    mcpReq.notify({ method: 'notifications/progress', params }).catch(() => undefined);
  };
  send('started');
  const timer = setInterval(() => send(last), progressEveryMs);
  return { report: send, stop: () => clearInterval(timer) };
}

function asObject(data: unknown): Record<string, unknown> {
  // Every tool's output schema is an object schema; the SDK checks it against that schema again.
  return data as Record<string, unknown>;
}
