import { McpServer } from '@modelcontextprotocol/server';
import type { App } from '../../app.ts';
import type { Principal } from '../../core/call.ts';
import { version } from '../../core/version.ts';
import type { Roots } from '../../files/roots.ts';
import type { Tool } from '../../tools/offer/tool.ts';
import { registerPrompts } from './register-prompts.ts';
import { registerResources } from './register-resources.ts';
import { registerTool } from './register-tool.ts';

/** What holds for every tool and so stands in none of them. */
const instructions = `Conclave asks other models: for a second opinion, a review, a plan. Without \`model\` it picks one that fits.
Beside its own members every answer has text, warnings, left_out (what was not sent, and why), model or models, request_id
(explain shows why that model), cost_nano_usd and simulated. continuation_id goes on with a thread, in any tool. images are
paths or data: URLs. verify: true has another family check the answer's claims: verification.`;

/** The lists stay as they are for as long as a server lives: nobody need wait for news of them. */
const fixed = { listChanged: false };

/** What there is to offer, and the app of the moment, which a call may be the first to need. */
export type Offer = { readonly tools: readonly Tool[]; app(): Promise<App> };

/** Who a client acts as, and what it may have read; both as they are at the moment of a call. */
export type Client = {
  readonly principal: (app: App) => Promise<Principal>;
  readonly roots: (app: App, server: McpServer) => Promise<Roots>;
  /** Whoever runs Conclave is told where its providers stand; a stranger is not. */
  readonly isOperator: boolean;
};

/** An MCP server with everything that is offered, for one client. A call runs in the app that it finds. */
export function mcpServer(offer: Offer, client: Client): McpServer {
  const server = new McpServer(
    { name: 'conclave', version },
    { capabilities: { tools: fixed, prompts: fixed, resources: fixed }, instructions },
  );
  for (const tool of offer.tools) registerTool(server, offer, client, tool);
  registerPrompts(server, offer);
  registerResources(server, offer, client);
  return server;
}
