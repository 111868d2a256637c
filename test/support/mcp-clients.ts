import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { bin, inherited } from './command-line.ts';
import { startTestGateway, type Cleanup, type TestGateway } from './gateway.ts';
import { parse } from 'yaml';

/** `auto` uses the newest protocol revision that both sides support, `legacy` a revision with a handshake. */
export type Era = 'auto' | 'legacy';
export const eras = ['auto', 'legacy'] as const;

/** A client of `/mcp`, closed when the test ends. */
export async function httpClient(
  t: Cleanup,
  { url, key }: Pick<TestGateway, 'url' | 'key'>,
  era: Era = 'auto',
  name = 'test',
): Promise<Client> {
  const client = new Client({ name, version: '1' }, { versionNegotiation: { mode: era } });
  const requestInit = { headers: { authorization: `Bearer ${key}` } };
  await client.connect(new StreamableHTTPClientTransport(new URL('/mcp', url), { requestInit }));
  t.after(() => client.close());
  return client;
}

export type StdioOptions = {
  /** The text of the server's `conclave.yaml`; if absent, simulated models answer. */
  readonly config?: string;
  readonly era?: Era;
  readonly home?: string;
  readonly folder?: string;
};

/** A client of an MCP server in a separate process; closed when the test ends. */
export async function stdioClient(t: Cleanup, { config, era = 'auto', ...given }: StdioOptions = {}) {
  const home = given.home ?? (await tempHome(t));
  const folder = given.folder ?? (await tempHome(t));
  const file = join(home, 'conclave.yaml');
  if (config !== undefined) await writeFile(file, config);
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [bin, 'mcp', ...(config === undefined ? ['--simulate'] : ['--config', file])],
    cwd: folder,
    env: { ...inherited, CONCLAVE_HOME: home },
    stderr: 'inherit',
  });
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode: era } });
  await client.connect(transport);
  t.after(() => client.close());
  return { client, transport, home, folder };
}

/** One configuration, served over each transport. */
export const transports = {
  async stdio(t: Cleanup, config: string, era: Era): Promise<Client> {
    return (await stdioClient(t, { config, era })).client;
  },
  async http(t: Cleanup, config: string, era: Era): Promise<Client> {
    // The text is a configuration; the schema checks it.
    const gateway = await startTestGateway(t, { config: parse(config) as object });
    return httpClient(t, gateway, era);
  },
} as const;

async function tempHome(t: Cleanup): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'conclave-mcp-')));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
