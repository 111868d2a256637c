import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { bin, inherited } from '../support/command-line.ts';
import { startTestGateway } from '../support/gateway.ts';
import { eras, httpClient, stdioClient } from '../support/mcp-clients.ts';
import { tempFolder } from '../support/temp-folder.ts';

type Result = { structuredContent?: unknown; isError?: unknown };
/** What every client must be able to do, whatever its library calls it. */
type AnyClient = {
  listTools(): Promise<{ tools: { name: string }[] }>;
  callTool(call: { name: string; arguments: Record<string, unknown> }): Promise<Result>;
};

async function works(client: AnyClient): Promise<void> {
  const { tools } = await client.listTools();
  assert.ok(tools.some(({ name }) => name === 'codereview'));
  const answer = await client.callTool({ name: 'chat', arguments: { prompt: '6 * 7?', model: 'haiku' } });
  assert.match((answer.structuredContent as { text: string }).text, /42/);
  const wrong = await client.callTool({ name: 'chat', arguments: { prompt: 'Hi', modle: 'haiku' } });
  assert.equal(wrong.isError, true);
}

for (const era of eras) {
  test(`the official client, ${era}, works over stdio`, async (t) =>
    works((await stdioClient(t, { era })).client));
  test(`the official client, ${era}, works over HTTP`, async (t) =>
    works(await httpClient(t, await startTestGateway(t), era)));
}

test('the official client of version 1 works over stdio', async (t) => {
  const home = tempFolder(t);
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [bin, 'mcp', '--simulate'],
    cwd: home,
    env: { ...inherited, CONCLAVE_HOME: home },
  });
  await works(await connectedV1(t, transport));
});

test('the official client of version 1 works over HTTP', async (t) => {
  const { url, key } = await startTestGateway(t);
  const requestInit = { headers: { authorization: `Bearer ${key}` } };
  // The class declares `sessionId?: string`, which is stricter than its own interface.
  const transport = new StreamableHTTPClientTransport(new URL('/mcp', url), { requestInit }) as Transport;
  await works(await connectedV1(t, transport));
});

async function connectedV1(t: { after(clean: () => Promise<void>): void }, transport: Transport) {
  const client = new ClientV1({ name: 'test', version: '1' });
  await client.connect(transport);
  t.after(() => client.close());
  return client as unknown as AnyClient; // its result types differ between revisions; the members read here do not
}
