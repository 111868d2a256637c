import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compareProxies, type ProxyTarget } from '../compare-proxies.ts';
import type { BenchOptions } from '../run.ts';
import { benchHome, benchKey, gatewayBin } from '../targets/conclave.ts';

/** Two workers beside one, over one SQLite ledger each: what sharing costs. The CPU is that of all their processes. */
export async function workers({ rounds }: BenchOptions) {
  const folder = mkdtempSync(join(tmpdir(), 'conclave-bench-'));
  const target = (count: number): ProxyTarget => ({
    name: count === 1 ? 'one process' : `${count} workers`,
    path: '/v1/chat/completions',
    headers: { authorization: `Bearer ${benchKey}` },
    command: () => [gatewayBin, 'serve', '--port', '0', '--workers', String(count)],
    environment: (upstreamUrl) => benchHome(join(folder, String(count)), upstreamUrl),
  });
  try {
    return await compareProxies([target(1), target(2)], { rounds, title: 'Two workers beside one process' });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
