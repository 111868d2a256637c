import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { median } from '../median.ts';
import { ownEnvironment } from '../own-environment.ts';
import type { BenchOptions } from '../run.ts';
import type { Section } from '../section.ts';

const bin = join(import.meta.dirname, '../../src/surfaces/cli/bin.ts');
const callMs = 1_000;

/** What a coding agent waits for: calls at once, a ping meanwhile, the first word, the end of what it cancels; and what the list takes. */
export async function mcp({ rounds }: BenchOptions): Promise<Section> {
  const home = mkdtempSync(join(tmpdir(), 'conclave-mcp-bench-'));
  const provider = await startSlowModel();
  const config = join(home, 'conclave.yaml');
  writeFileSync(
    config,
    `providers: { slow: { dialect: openai-chat, baseUrl: "${provider.url}", apiKey: key } }\nmodels: [{ id: slow/one }]\n`,
  );
  const client = new Client({ name: 'bench', version: '1' }, { versionNegotiation: { mode: 'legacy' } });
  const args = [bin, 'mcp', '--config', config, '--log-level', 'silent'];
  await client.connect(
    new StdioClientTransport({ command: process.execPath, args, cwd: home, env: ownEnvironment(home) }),
  );
  const measured: Record<Measure, number[]> = { together: [], ping: [], firstWord: [], cancelled: [] };
  try {
    const { tools } = await client.listTools();
    for (let round = 0; round <= rounds; round++) {
      const figures = {
        ...(await callsAtOnce(client)),
        cancelled: await cancellation(client, provider.server),
      };
      // The first round loads what a call needs and is not counted.
      if (round > 0) for (const name of measures) measured[name].push(figures[name]);
    }
    const figure = (name: Measure, digits = 0) => `${median(measured[name]).toFixed(digits)} ms`;
    return {
      title: 'MCP over stdio',
      explanation: `A provider that answers after ${callMs} ms; median of ${rounds} rounds. Ping: the slowest of five while three calls run.`,
      columns: ['', 'measured', 'goal'],
      rows: [
        ['three calls of 1 s at once', figure('together'), '< 1500 ms'],
        ['ping meanwhile', figure('ping', 1), '< 200 ms'],
        ['first progress message', figure('firstWord', 1), '≤ 1000 ms'],
        ['from a cancellation to the provider', figure('cancelled', 1), '< 1000 ms'],
        [`tools/list, ${tools.length} tools`, `${JSON.stringify(tools).length} characters`, '≤ 22500'],
      ],
    };
  } finally {
    await client.close();
    provider.close();
    rmSync(home, { recursive: true, force: true });
  }
}

const measures = ['together', 'ping', 'firstWord', 'cancelled'] as const;
type Measure = (typeof measures)[number];

async function callsAtOnce(client: Client): Promise<Record<Exclude<Measure, 'cancelled'>, number>> {
  const startedAt = performance.now();
  const since = (at: number) => performance.now() - at;
  const firstWords: number[] = [];
  const calls = ['a', 'b', 'c'].map((prompt, index) =>
    client.callTool(
      { name: 'chat', arguments: { prompt, model: 'slow/one' } },
      { onprogress: () => (firstWords[index] ??= since(startedAt)) },
    ),
  );
  const pings: number[] = [];
  for (let ping = 0; ping < 5; ping++) {
    const at = performance.now();
    await client.ping();
    pings.push(since(at));
  }
  await Promise.all(calls);
  return { together: since(startedAt), ping: Math.max(...pings), firstWord: Math.max(...firstWords) };
}

/** From the client's word until the provider's connection is closed. */
async function cancellation(client: Client, provider: Server): Promise<number> {
  const stop = new AbortController();
  const arrived = once(provider, 'chat');
  const call = client.callTool(
    { name: 'chat', arguments: { prompt: 'Never mind', model: 'slow/one' } },
    { signal: stop.signal },
  );
  const [response] = (await arrived) as [ServerResponse];
  const stoppedAt = performance.now();
  const closed = once(response, 'close');
  stop.abort();
  await Promise.all([call.catch(() => undefined), closed]);
  return performance.now() - stoppedAt;
}

async function startSlowModel() {
  const server = createServer((request, response) => {
    request.resume();
    if (request.method !== 'POST') return void response.writeHead(404).end();
    const timer = setTimeout(() => answer(response), callMs);
    response.once('close', () => clearTimeout(timer));
    server.emit('chat', response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    server,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, // it listens on TCP
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function answer(response: ServerResponse): void {
  const chunk = { id: 'c', object: 'chat.completion.chunk', created: 1, model: 'one' };
  const choices = [{ index: 0, delta: { content: 'Done.' }, finish_reason: 'stop' }];
  const usage = { prompt_tokens: 10, completion_tokens: 2, total_tokens: 12 };
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.end(`data: ${JSON.stringify({ ...chunk, choices, usage })}\n\ndata: [DONE]\n\n`);
}
