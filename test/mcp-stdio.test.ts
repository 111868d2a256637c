import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';

const bin = join(import.meta.dirname, '../src/surfaces/cli/bin.ts');

test('an MCP client over stdio lists the tools, asks a model and finds the call in the ledger', async (t) => {
  const home = await mkdtemp(join(tmpdir(), 'conclave-mcp-'));
  const client = new Client({ name: 'test', version: '1' });
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [bin, 'mcp', '--simulate'],
    env: { PATH: process.env['PATH'] ?? '', CONCLAVE_HOME: home },
  });
  t.after(async () => {
    await client.close();
    await rm(home, { recursive: true });
  });
  await client.connect(transport);

  const { tools } = await client.listTools();
  const names = new Set(tools.map(({ name }) => name));
  for (const name of ['chat', 'listmodels', 'costs']) assert.ok(names.has(name), name);
  assert.ok(JSON.stringify(tools).length <= 24_000, 'the list fits into a context');

  const answer = await client.callTool({
    name: 'chat',
    arguments: { prompt: 'What is 6 * 7?', model: 'opus' },
  });
  const data = answer.structuredContent as {
    text: string;
    model: string;
    request_id: string;
    simulated: boolean;
  };
  assert.match(data.text, /42/);
  assert.equal(data.simulated, true);
  assert.match(data.model, /opus/);

  const costs = await client.callTool({ name: 'costs', arguments: { by: 'tool' } });
  const report = costs.structuredContent as { calls: number; rows: { name: string }[] };
  assert.equal(report.calls, 1);
  assert.equal(report.rows[0]?.name, 'chat');

  const models = await client.callTool({
    name: 'listmodels',
    arguments: { tier: 'economy', can: ['tools'] },
  });
  assert.ok((models.structuredContent as { models: unknown[] }).models.length > 3);

  const wrong = await client.callTool({ name: 'chat', arguments: { prompt: 'Hi', model: 'sonet' } });
  assert.equal(wrong.isError, true);
  assert.match(JSON.stringify(wrong.content), /model_not_found.*sonnet/);

  const unknown = await client.callTool({ name: 'chat', arguments: { prompt: 'Hi', modle: 'opus' } }).then(
    (result) => ({ isError: result.isError, text: JSON.stringify(result.content) }),
    (error: Error) => ({ isError: true, text: error.message }),
  );
  assert.equal(unknown.isError, true);
  assert.match(unknown.text, /modle/);
});
