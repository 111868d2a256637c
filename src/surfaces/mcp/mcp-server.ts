import { McpServer } from '@modelcontextprotocol/server';
import type { App } from '../../app.ts';
import type { Principal } from '../../core/call.ts';
import { version } from '../../core/version.ts';
import type { Roots } from '../../files/roots.ts';
import type { Tool } from '../../tools/offer/tool.ts';
import { registerPrompts } from './register-prompts.ts';
import { registerResources } from './register-resources.ts';
import { registerTool } from './register-tool.ts';

/** What applies to every tool and is therefore not repeated in each. */
const instructions = `Conclave asks other models: for a second opinion, a review, a plan. Without \`model\` it picks one that fits.
Beside its own members every answer has text, warnings, left_out (what was not sent, and why), model or models, request_id
(explain shows why that model), cost_nano_usd and simulated. continuation_id goes on with a thread, in any tool. images are
paths or data: URLs. verify: true has another family check the answer's claims: verification.`;

/** The lists do not change while a server lives, so no change notifications are needed. */
const fixed = { listChanged: false };

/** The tools on offer, and the current app, which the first call may have to open. */
export type Offer = { readonly tools: readonly Tool[]; app(): Promise<App> };

/** A client's principal and the folders it may read, both as of the moment of a call. */
export type Client = {
  readonly principal: (app: App) => Promise<Principal>;
  readonly roots: (app: App, server: McpServer) => Promise<Roots>;
  /** The operator sees the addresses of providers in errors; other clients do not. */
  readonly isOperator: boolean;
};

/**
 * Creates an MCP server with everything on offer, for one client. A call runs in the app that is current when it
 * starts.
 */
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
