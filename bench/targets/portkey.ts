import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProxyTarget } from '../compare-proxies.ts';
import { freePort } from '../free-port.ts';
import { startMeasured, untilListening, type MeasuredProcess } from '../measured-process.ts';

/** With newer dependencies its streams fail: these are the versions of its own lock file. */
const packages = [
  '@portkey-ai/gateway@1.15.2',
  'hono@4.9.7',
  '@hono/node-server@1.13.5',
  '@hono/node-ws@1.2.0',
];

/**
 * Portkey's gateway, relaying to an OpenAI-compatible provider. It is installed into a folder that the bench removes,
 * and is not a dependency of this package; `undefined` if it cannot be installed.
 */
export function portkey(): ProxyTarget | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'conclave-portkey-'));
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  const install = ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--save-exact', ...packages];
  if (spawnSync('npm', install, { cwd: folder }).status !== 0) {
    rmSync(folder, { recursive: true, force: true });
    return undefined;
  }
  return {
    name: 'Portkey',
    path: '/v1/chat/completions',
    start: () => start(folder),
    headers: headersFor,
  };
}

async function start(folder: string): Promise<MeasuredProcess> {
  const port = await freePort();
  const script = join(folder, 'node_modules/@portkey-ai/gateway/build/start-server.js');
  const measured = await startMeasured({
    command: [script, '--headless', `--port=${port}`],
    environment: { NODE_ENV: 'production' },
  });
  const url = `http://127.0.0.1:${port}`;
  await untilListening(url);
  return {
    ...measured,
    url,
    async stop() {
      await measured.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function headersFor(upstreamUrl: string): Record<string, string> {
  return {
    authorization: 'Bearer k',
    'x-portkey-provider': 'openai',
    'x-portkey-custom-host': `${upstreamUrl}/v1`,
  };
}
