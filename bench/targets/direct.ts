import type { ProxyTarget } from '../compare-proxies.ts';

/** No proxy: the cost of load generator and upstream alone. */
export const direct: ProxyTarget = {
  name: 'direct',
  path: '/v1/chat/completions',
  start: async (upstreamUrl) => ({
    url: upstreamUrl,
    usage: async () => ({ cpuMicroseconds: 0, rssBytes: 0 }),
    stop: async () => undefined,
  }),
};
