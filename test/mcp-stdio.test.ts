import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
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

test('standard output carries JSON-RPC and nothing else, whatever is sent and whoever prints; ready in time', async (t) => {
  const home = await mkdtemp(join(tmpdir(), 'conclave-mcp-'));
  t.after(() => rm(home, { recursive: true }));
  // Something that prints, as a careless library would.
  const noise = `setTimeout(() => { setInterval(() => console.log('noise'), 20).unref(); }, 1500).unref();`;
  const startedAt = performance.now();
  const child = spawn(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(noise)}`, bin, 'mcp', '--simulate'],
    {
      cwd: home,
      env: { PATH: process.env['PATH'] ?? '', CONCLAVE_HOME: home },
      stdio: ['pipe', 'pipe', 'pipe'],
    },
  );
  t.after(() => void child.kill());
  let output = '';
  let printed = '';
  child.stderr.on('data', (piece: Buffer) => (printed += piece.toString()));
  const replied = (id: number) =>
    new Promise<void>((resolve) => {
      child.stdout.on('data', function look() {
        if (!output.includes(`"id":${id}`)) return;
        child.stdout.off('data', look);
        resolve();
      });
    });
  child.stdout.on('data', (piece: Buffer) => (output += piece.toString()));
  const send = (message: unknown) =>
    child.stdin.write(`${typeof message === 'string' ? message : JSON.stringify(message)}\n`);

  const initialized = replied(1);
  const params = {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'raw', version: '1' },
  };
  send({ jsonrpc: '2.0', id: 1, method: 'initialize', params });
  await initialized;
  const readyMs = performance.now() - startedAt;
  // The target is 500 ms, which the bench shows; this only guards against something five times as slow.
  assert.ok(readyMs < 2_500, `ready after ${readyMs} ms`);
  send({ jsonrpc: '2.0', method: 'notifications/initialized' });
  send('this is no JSON');
  send({ jsonrpc: '2.0', id: 2, method: 'no/such/method' });
  await new Promise((resolve) => setTimeout(resolve, 1_600));
  const listed = replied(3);
  send({ jsonrpc: '2.0', id: 3, method: 'tools/list' });
  await listed;
  const called = replied(4);
  send({ jsonrpc: '2.0', id: 4, method: 'tools/call', params: { name: 'version', arguments: {} } });
  await called;
  child.stdin.end();
  await once(child, 'close');

  assert.match(printed, /noise/, 'somebody printed');
  for (const line of output.trimEnd().split('\n')) {
    assert.equal((JSON.parse(line) as { jsonrpc: string }).jsonrpc, '2.0');
  }
});

test('a server that cannot work ends with the reason, whether somebody speaks to it or not', async (t) => {
  const home = await mkdtemp(join(tmpdir(), 'conclave-mcp-'));
  t.after(() => rm(home, { recursive: true }));
  const wrong: [string, RegExp][] = [
    ['{ toools: {} }', /unknown key "toools"; did you mean "tools"/],
    ['{ tools: { disabled: [planer] } }', /no tool "planer"; did you mean "planner"/],
    ['{ providers: {}, tools: { roots: [nowhere] } }', /nowhere/],
  ];
  for (const [config, reason] of wrong) {
    const file = join(home, 'conclave.yaml');
    await writeFile(file, config);
    const child = spawn(process.execPath, [bin, 'mcp', '--simulate', '--config', file], {
      cwd: home,
      env: { PATH: process.env['PATH'] ?? '', CONCLAVE_HOME: home },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    t.after(() => void child.kill());
    let said = '';
    child.stderr.on('data', (piece: Buffer) => (said += piece.toString()));
    const [status] = (await once(child, 'close')) as [number];
    assert.equal(status, 2, said);
    assert.match(said, reason);
  }
});
