import cluster from 'node:cluster';
import type { AddressInfo } from 'node:net';

// Several bare proxies on one port, like the gateway's workers, which share nothing but that port.
const [count, upstreamUrl = ''] = process.argv.slice(2);

if (cluster.isPrimary) {
  cluster.once('listening', (_, address: Pick<AddressInfo, 'port'>) => {
    console.log(`http://127.0.0.1:${address.port}`);
  });
  for (let started = 0; started < Number(count); started += 1) cluster.fork();
} else {
  // Connections come from the primary, so the channel to it is what keeps a worker alive; the reporter lets go of it.
  process.channel?.ref();
  process.argv.splice(2, Infinity, upstreamUrl);
  await import('./bare-proxy.ts');
}
