import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { bin, inherited } from './command-line.ts';
import { startSimulator } from '../../src/simulator/server.ts';

/** One call as the simulator saw it. */
export type Asked = { readonly model: string; readonly provider: string; readonly body?: unknown };

/** A real MCP server in its own process and folder; its models run in a simulator that tests can inspect. */
export async function mcpClient(t: TestContext, clientName = 'test') {
  const home = await mkdtemp(join(tmpdir(), 'conclave-mcp-'));
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'conclave-work-')));
  // Simulated thinking takes real time, which tests do not need.
  const simulator = await startSimulator({ latency: 'none' });
  const client = new Client({ name: clientName, version: '1' });
  const { writeFile } = await import('node:fs/promises');
  const config = join(home, 'conclave.yaml');
  await writeFile(config, simulatedProviders(simulator.url));
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [bin, 'mcp', '--config', config],
    cwd: folder,
    env: { ...inherited, CONCLAVE_HOME: home },
    stderr: 'inherit',
  });
  t.after(async () => {
    await client.close();
    await simulator.close();
    await rm(home, { recursive: true });
    await rm(folder, { recursive: true });
  });
  await client.connect(transport);
  return {
    client,
    folder,
    async asked(): Promise<Asked[]> {
      const page = (await (await fetch(`${simulator.url}/__requests`)).json()) as { requests: Asked[] };
      return page.requests;
    },
    /** Turns on a fault in the simulator. */
    async fault(fault: { readonly target: string; readonly fault: string }): Promise<void> {
      await fetch(`${simulator.url}/__faults`, { method: 'POST', body: JSON.stringify(fault) });
    },
    async forget(): Promise<void> {
      await fetch(`${simulator.url}/__reset`, { method: 'POST' });
    },
  };
}

function simulatedProviders(url: string): string {
  return `providers:
  anthropic: { apiKey: sim-key, baseUrl: "${url}/anthropic" }
  openai: { apiKey: sim-key, baseUrl: "${url}/openai/v1" }
  google: { apiKey: sim-key, baseUrl: "${url}/google/v1beta" }
  lab: { dialect: openai-chat, apiKey: sim-key, baseUrl: "${url}/openai/v1" }
models: [{ id: lab/llama-70b }]
`;
}
