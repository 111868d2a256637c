import { randomBytes } from 'node:crypto';
import { createRequestStateCodec, McpServer } from '@modelcontextprotocol/server';
import { addContentTools } from './content-tools.ts';
import { addInputTools, addPushTools } from './input-tools.ts';
import { addPrompts, addResources } from './prompts-and-resources.ts';

/** Sealed by this process alone: a state that a client changed is refused by the SDK. */
const states = createRequestStateCodec<string>({ key: randomBytes(32) });

/** The tools, prompts and resources that MCP's conformance suite asks a server for; no user ever meets them. */
export function suiteServer(): McpServer {
  const server = new McpServer(
    { name: 'conclave-conformance', version: '1' },
    {
      capabilities: {
        tools: { listChanged: false },
        prompts: { listChanged: false },
        resources: { listChanged: false, subscribe: true },
        logging: {},
        completions: {},
      },
      requestState: { verify: (state, context) => states.verify(state, context) },
    },
  );
  addContentTools(server);
  addPushTools(server);
  addInputTools(server, (state) => states.mint(state));
  addPrompts(server);
  addResources(server);
  return server;
}
