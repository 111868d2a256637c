import { join } from 'node:path';
import { compareProxies, type ProxyTarget } from '../compare-proxies.ts';
import type { BenchOptions } from '../run.ts';

const processes = join(import.meta.dirname, '../processes');

/** Node's http server and undici's dispatch, and nothing else. */
export const bareProxy: ProxyTarget = {
  name: 'bare dispatch proxy',
  command: (upstreamUrl) => [join(processes, 'bare-proxy.ts'), upstreamUrl],
  path: '/v1/chat/completions',
};

const transportProxy: ProxyTarget = {
  name: 'Conclave transport alone',
  command: (upstreamUrl) => [join(processes, 'transport-proxy.ts'), upstreamUrl],
  path: '/v1/chat/completions',
};

/** The floor below the gateway: what strict HTTP, a parsed body and bounded streams cost without an engine. */
export function transport({ rounds }: BenchOptions) {
  return compareProxies([bareProxy, transportProxy], {
    rounds,
    title: 'Transport compared with a bare proxy',
  });
}
