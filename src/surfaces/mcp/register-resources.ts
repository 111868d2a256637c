import { ResourceNotFoundError, ResourceTemplate, type McpServer } from '@modelcontextprotocol/server';
import { ConclaveError } from '../../core/errors.ts';
import { findingSchema } from '../../core/finding.ts';
import type { Client, Offer } from './mcp-server.ts';

/** A resource that shows a tool's answer; its URI names the arguments that the client may fill in. */
type View = {
  readonly name: string;
  readonly uri: string;
  readonly title: string;
  readonly description: string;
  readonly tool: string;
  readonly input: (variable: string) => Record<string, unknown>;
};

const views: readonly View[] = [
  {
    name: 'models',
    uri: 'conclave://models',
    title: 'Models to ask',
    description: 'Every model that can be asked now, with tier, window and price.',
    tool: 'listmodels',
    input: () => ({}),
  },
  {
    name: 'costs',
    uri: 'conclave://costs',
    title: 'What was spent',
    description: 'Spend of this key in the last 30 days, by model.',
    tool: 'costs',
    input: () => ({}),
  },
  {
    name: 'threads',
    uri: 'conclave://threads',
    title: 'Threads',
    description: 'The threads of this key that can be continued.',
    tool: 'threads',
    input: () => ({}),
  },
  {
    name: 'thread',
    uri: 'conclave://threads/{id}',
    title: 'One thread',
    description: 'Every message of a thread, uncut.',
    tool: 'threads',
    input: (id) => ({ action: 'show', continuation_id: id }),
  },
  {
    name: 'call',
    uri: 'conclave://calls/{id}',
    title: 'One call, explained',
    description: 'Why a call went to its model: candidates, attempts, cost.',
    tool: 'explain',
    input: (id) => ({ request_id: id }),
  },
];

const json = 'application/json';

/** Registers what can be read without a model: schemas, models, costs, threads, calls. */
export function registerResources(server: McpServer, offer: Offer, client: Client): void {
  server.registerResource(
    'finding-schema',
    'conclave://schemas/finding',
    {
      title: 'Schema of an issue',
      description: 'The full JSON Schema of one entry of `issues`, the same in every tool.',
      mimeType: json,
    },
    ({ href }) => ({ contents: [{ uri: href, mimeType: json, text: JSON.stringify(findingSchema) }] }),
  );
  for (const view of views) {
    if (offer.tools.some(({ name }) => name === view.tool)) registerView(server, offer, client, view);
  }
}

function registerView(server: McpServer, offer: Offer, client: Client, view: View): void {
  const { name, uri, title, description } = view;
  const metadata = { title, description, mimeType: json };
  if (!uri.includes('{')) {
    server.registerResource(name, uri, metadata, ({ href }, { mcpReq }) =>
      read(offer, client, view, { href, variable: '', signal: mcpReq.signal }),
    );
    return;
  }
  server.registerResource(
    name,
    new ResourceTemplate(uri, { list: undefined }),
    metadata,
    ({ href }, { id = '' }, { mcpReq }) =>
      read(offer, client, view, { href, variable: String(id), signal: mcpReq.signal }),
  );
}

type Wanted = { readonly href: string; readonly variable: string; readonly signal: AbortSignal };

async function read(offer: Offer, client: Client, view: View, { href, variable, signal }: Wanted) {
  const app = await offer.app();
  const tool = app.tools.all.find(({ name }) => name === view.tool);
  if (!tool) throw new ResourceNotFoundError(href);
  const context = app.tools.context({
    principal: await client.principal(app),
    // None of these tools reads files.
    roots: { folders: [] },
    surface: 'mcp',
    signal,
    progress: () => undefined,
  });
  try {
    const { data } = await tool.run(app.tools.readInput(tool, view.input(variable)), context);
    return { contents: [{ uri: href, mimeType: json, text: JSON.stringify(data) }] };
  } catch (thrown) {
    if (thrown instanceof ConclaveError && thrown.code === 'not_found') throw new ResourceNotFoundError(href);
    throw thrown;
  }
}
