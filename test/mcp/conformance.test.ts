import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import { mcpEndpoint } from '../../src/surfaces/mcp/http-endpoint.ts';
import { httpExchange } from '../../src/transport/in/http-exchange.ts';
import { uploadsByKey } from '../../src/transport/bodies/key-uploads.ts';
import { createHttpServer } from '../../src/transport/in/http-in.ts';
import { suiteServer } from '../conformance/suite-server.ts';
import { tempFolder } from '../support/temp-folder.ts';

const suite = join(import.meta.dirname, '../../node_modules/@modelcontextprotocol/conformance/dist/index.js');

/** The suite has no key, so every request is accepted; everything else is what `conclave serve` runs at `/mcp`. */
async function startSuiteServer(t: { after(clean: () => Promise<void>): void }): Promise<string> {
  const endpoint = mcpEndpoint({
    principalOf: async () => ({ keyId: 'suite', name: 'suite', boundedCost: false, admin: false }),
    serverFor: async () => suiteServer(),
    now: Date.now,
    newId: randomUUID,
    onerror: () => undefined,
  });
  const limits = {
    maxBodyBytes: 2 ** 20,
    maxUploadBytesPerKey: 2 ** 20,
    uploadsOf: uploadsByKey(),
    stalledReaderMs: 10_000,
  };
  const server = await createHttpServer({
    host: '127.0.0.1',
    port: 0,
    allowedHosts: [],
    drainMs: 1_000,
    onRequest: (request, response, signal) =>
      endpoint.serve(httpExchange({ request, response, signal, ...limits })),
  });
  t.after(async () => {
    endpoint.drain();
    await server.close();
    await endpoint.close();
  });
  return `${server.url}/mcp`;
}

for (const revision of ['2025-11-25', '2026-07-28']) {
  test(`every server scenario that revision ${revision} requires passes against the production transport`, async (t) => {
    const url = await startSuiteServer(t);
    const results = tempFolder(t);
    const args = [suite, 'server', '--url', url, '--requirements', revision, '-o', results];
    const { status, output } = await run(args);
    // Its exit code covers the required scenarios, not extensions or what its own server does not support.
    assert.equal(status, 0, output.slice(output.indexOf('=== SUMMARY')));
    assert.match(output, /✓ tools-call-with-progress/);
    assert.match(output, revision === '2026-07-28' ? /✓ server-stateless/ : /✓ tools-call-elicitation/);
  });
}

async function run(args: readonly string[]): Promise<{ status: number; output: string }> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece: Buffer) => (output += piece));
  const [status] = (await once(child, 'close')) as [number];
  return { status, output };
}
