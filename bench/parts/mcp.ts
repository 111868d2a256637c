import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { median } from '../median.ts';
import type { BenchOptions } from '../run.ts';
import type { Section } from '../section.ts';

const bin = join(import.meta.dirname, '../../src/surfaces/cli/bin.ts');
const callMs = 1_000;

/** What a coding agent waits for: three calls of one second at once, a ping meanwhile, and what the list takes. */
export async function mcp({ rounds }: BenchOptions): Promise<Section> {
  const home = mkdtempSync(join(tmpdir(), 'conclave-mcp-bench-'));
  const provider = await startSlowModel();
  const config = join(home, 'conclave.yaml');
  writeFileSync(
    config,
    `providers: { slow: { dialect: openai-chat, baseUrl: "${provider.url}", apiKey: key } }\nmodels: [{ id: slow/one }]\n`,
  );
  const client = new Client({ name: 'bench', version: '1' }, { versionNegotiation: { mode: 'legacy' } });
  const env = { PATH: process.env['PATH'] ?? '', CONCLAVE_HOME: home };
  const args = [bin, 'mcp', '--config', config, '--log-level', 'silent'];
  await client.connect(new StdioClientTransport({ command: process.execPath, args, cwd: home, env }));
  const together: number[] = [];
  const pings: number[] = [];
  try {
    const { tools } = await client.listTools();
    for (let round = 0; round <= rounds; round++) {
      const startedAt = performance.now();
      const calls = ['a', 'b', 'c'].map((prompt) =>
        client.callTool({ name: 'chat', arguments: { prompt, model: 'slow/one' } }),
      );
      const measured: number[] = [];
      for (let ping = 0; ping < 5; ping++) {
        const at = performance.now();
        await client.ping();
        measured.push(performance.now() - at);
      }
      await Promise.all(calls);
      // The first round loads what a call needs and is not counted.
      if (round === 0) continue;
      together.push(performance.now() - startedAt);
      pings.push(Math.max(...measured));
    }
    return {
      title: 'MCP over stdio',
      explanation: `A provider that answers after ${callMs} ms; median of ${rounds} rounds. Ping: the slowest of five while three calls run.`,
      columns: ['', 'measured', 'goal'],
      rows: [
        ['three calls of 1 s at once', `${median(together).toFixed(0)} ms`, '< 1500 ms'],
        ['ping meanwhile', `${median(pings).toFixed(1)} ms`, '< 200 ms'],
        [`tools/list, ${tools.length} tools`, `${JSON.stringify(tools).length} characters`, '≤ 22500'],
      ],
    };
  } finally {
    await client.close();
    provider.close();
    rmSync(home, { recursive: true, force: true });
  }
}

async function startSlowModel() {
  const server = createServer((request, response) => {
    request.resume();
    if (request.method === 'POST') setTimeout(() => answer(response), callMs);
    else response.writeHead(404).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
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
