import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProxyTarget } from '../compare-proxies.ts';
import { startMeasured } from '../measured-process.ts';
import { ownEnvironment } from '../own-environment.ts';
import type { ClientApi } from '../workload.ts';

export const gatewayBin = join(import.meta.dirname, '../../src/surfaces/cli/bin.ts');
export const benchKey = 'ck-bench-000000000000000000000000000';

const paths: Readonly<Record<ClientApi, string>> = {
  'openai-chat': '/v1/chat/completions',
  'anthropic-messages': '/v1/messages',
};

/** The whole gateway, as users start it, for callers of one API. `nodeArgs` are passed to Node itself. */
export function conclave(name: string, api: ClientApi, nodeArgs: readonly string[] = []): ProxyTarget {
  return {
    name,
    api,
    path: paths[api],
    headers: { authorization: `Bearer ${benchKey}` },
    async start(upstreamUrl) {
      const folder = mkdtempSync(join(tmpdir(), 'conclave-bench-'));
      const measured = await startMeasured({
        command: [...nodeArgs, gatewayBin, 'serve', '--port', '0'],
        environment: benchHome(join(folder, 'home-'), upstreamUrl),
      });
      return {
        ...measured,
        async stop() {
          await measured.stop();
          rmSync(folder, { recursive: true, force: true });
        },
      };
    },
  };
}

/** A separate home with one provider: the bench's upstream, with prices, so that budgets and ledger have work to do. */
export function benchHome(prefix: string, upstreamUrl: string): Record<string, string> {
  const home = mkdtempSync(prefix);
  const config = join(home, 'conclave.yaml');
  writeFileSync(
    config,
    JSON.stringify({
      providers: { bench: { dialect: 'openai-chat', baseUrl: `${upstreamUrl}/v1`, apiKey: 'k' } },
      models: [{ id: 'bench/bench-model', contextWindow: 2_000_000, price: { input: 0.001, output: 0.001 } }],
    }),
  );
  return { ...ownEnvironment(home), CONCLAVE_CONFIG: config, CONCLAVE_API_KEY: benchKey };
}
