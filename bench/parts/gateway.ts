import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compareProxies, type ProxyTarget } from '../compare-proxies.ts';
import type { BenchOptions } from '../run.ts';
import { bareProxy } from './transport.ts';

export const gatewayBin = join(import.meta.dirname, '../../src/surfaces/cli/bin.ts');
export const benchKey = 'ck-bench-000000000000000000000000000';

/** The whole gateway: key, budget, routing, ledger and relay or translation, beside a proxy that does nothing. */
export async function gateway({ rounds }: BenchOptions) {
  const folder = mkdtempSync(join(tmpdir(), 'conclave-bench-'));
  const target = (name: string, rest: Pick<ProxyTarget, 'path' | 'api'>): ProxyTarget => ({
    name,
    ...rest,
    headers: { authorization: `Bearer ${benchKey}` },
    command: () => [gatewayBin, 'serve', '--port', '0'],
    environment: (upstreamUrl) => benchHome(join(folder, rest.path.replaceAll('/', '-')), upstreamUrl),
  });
  try {
    return await compareProxies(
      [
        bareProxy,
        target('Conclave, relayed', { path: '/v1/chat/completions' }),
        target('Conclave, translated', { path: '/v1/messages', api: 'anthropic-messages' }),
      ],
      { rounds, title: 'The gateway beside a bare proxy' },
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A home of its own with one provider: the bench's upstream, priced, so that budgets and ledger have work to do. */
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
  return { CONCLAVE_HOME: home, CONCLAVE_CONFIG: config, CONCLAVE_API_KEY: benchKey };
}
