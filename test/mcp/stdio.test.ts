import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { bareStartMs } from '../support/bare-start.ts';
import { bin, inherited } from '../support/command-line.ts';

const initialize = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
};

test('an MCP client over stdio lists the tools, asks a model and finds the call in the ledger', async (t) => {
  const home = await mkdtemp(join(tmpdir(), 'conclave-mcp-'));
  const client = new Client({ name: 'test', version: '1' });
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [bin, 'mcp', '--simulate'],
    env: { ...inherited, CONCLAVE_HOME: home },
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

  const verified = await client.callTool({
    name: 'chat',
    arguments: { prompt: 'Port 3306 is MySQL.', model: 'opus', verify: true },
  });
  const { verification, warnings } = verified.structuredContent as Record<string, unknown>;
  assert.ok(verification, JSON.stringify(warnings));
});

test('standard output carries only JSON-RPC, whatever is sent and whatever prints; the server is ready in time', async (t) => {
  const home = await mkdtemp(join(tmpdir(), 'conclave-mcp-'));
  t.after(() => rm(home, { recursive: true }));
  const before = await bareStartMs();
  const startedAt = performance.now();
  const child = spawn(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(noise)}`, bin, 'mcp', '--simulate'],
    {
      cwd: home,
      env: { ...inherited, CONCLAVE_HOME: home },
      stdio: ['pipe', 'pipe', 'pipe'],
    },
  );
  t.after(() => void child.kill());
  let output = '';
  let printed = '';
  child.stdout.on('data', (piece: Buffer) => (output += piece.toString()));
  child.stderr.on('data', (piece: Buffer) => (printed += piece.toString()));
  const send = (message: object | string) =>
    child.stdin.write(`${typeof message === 'string' ? message : JSON.stringify(message)}\n`);
  const replied = async (id: number) => {
    while (!output.includes(`"id":${id}`)) await once(child.stdout, 'data');
  };
  send(initialize);
  await replied(1);
  const readyMs = performance.now() - startedAt;
  // The target is 500 ms, as shown by the bench. Five times that would be wrong on any machine; one that is too busy to
  // start Node quickly gets more time.
  const bareMs = Math.max(before, await bareStartMs());
  assert.ok(readyMs < 2_500 + 50 * bareMs, `ready after ${readyMs} ms, Node alone after ${bareMs} ms`);

  send({ jsonrpc: '2.0', method: 'notifications/initialized' });
  send('this is no JSON');
  send({ jsonrpc: '2.0', id: 2, method: 'no/such/method' });
  send({ jsonrpc: '2.0', id: 3, method: 'tools/list' });
  await replied(3);
  while (!/by console[\s\S]*by a console taken before[\s\S]*directly/.test(printed))
    await once(child.stderr, 'data');
  send({ jsonrpc: '2.0', id: 4, method: 'tools/call', params: { name: 'version', arguments: {} } });
  await replied(4);
  child.stdin.end();
  await once(child, 'close');
  for (const line of output.trimEnd().split('\n')) {
    assert.equal((JSON.parse(line) as { jsonrpc: string }).jsonrpc, '2.0');
  }
});

/** Prints like careless libraries, once the server has taken over standard output. */
const noise = `
  const { write } = process.stdout;
  const { log } = console;
  setInterval(() => {
    if (process.stdout.write === write) return;
    console.log('by console');
    log('by a console taken before');
    process.stdout.write('directly\\n');
  }, 20).unref();
`;

test('a server ends when its client no longer reads, even if the client can still write', async (t) => {
  const home = await mkdtemp(join(tmpdir(), 'conclave-mcp-'));
  const server = spawn(process.execPath, [bin, 'mcp', '--simulate'], {
    env: { ...inherited, CONCLAVE_HOME: home },
  });
  t.after(async () => {
    server.kill('SIGKILL');
    await rm(home, { recursive: true });
  });
  server.stdin.on('error', () => undefined);
  const ended = once(server, 'exit');
  server.stdin.write(`${JSON.stringify(initialize)}\n`);
  await once(server.stdout, 'data');
  server.stdout.destroy();
  server.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: 2, method: 'ping' })}\n`);
  assert.deepEqual(await ended, [0, null]);
});

test('a server that cannot work exits with the reason, whether or not a client sends anything', async (t) => {
  const home = await mkdtemp(join(tmpdir(), 'conclave-mcp-'));
  t.after(() => rm(home, { recursive: true }));
  const wrong: [string, string, RegExp][] = [
    ['{ toools: {} }', '', /unknown key "toools"; did you mean "tools"/],
    ['{ tools: { disabled: [planer] } }', '', /no tool "planer"; did you mean "planner"/],
    ['{ providers: {}, tools: { roots: [nowhere] } }', '', /nowhere/],
    ['{ providers: {}, tools: { roots: [nowhere] } }', `${JSON.stringify(initialize)}\n`, /nowhere/],
  ];
  await Promise.all(
    wrong.map(async ([config, spoken, reason], index) => {
      const file = join(home, `${index}.yaml`);
      await writeFile(file, config);
      const child = spawn(process.execPath, [bin, 'mcp', '--simulate', '--config', file], {
        cwd: home,
        env: { ...inherited, CONCLAVE_HOME: home },
        stdio: ['pipe', 'pipe', 'pipe'],
      });
      t.after(() => void child.kill());
      child.stdin.write(spoken);
      let said = '';
      child.stderr.on('data', (piece: Buffer) => (said += piece.toString()));
      const [status] = (await once(child, 'close')) as [number];
      assert.equal(status, 2, said);
      assert.match(said, reason);
    }),
  );
});
