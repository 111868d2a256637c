import { BlockList, isIP } from 'node:net';

/**
 * Returns whether the host of a URL is this machine or one of its own network, judged by the name alone: a private
 * address, a name without a dot, or a name under a domain that the public DNS does not serve. A URL that cannot be read
 * is not, nor is any address that is not known to be private: private data may go there.
 */
export function isOnOwnNetwork(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const host = new URL(url).hostname.replace(/^\[|\]$|\.$/g, '');
  const version = isIP(host);
  // An IPv4 address that is mapped into IPv6 is compared as the IPv4 address.
  if (version !== 0) return privateNetworks.check(host, version === 4 ? 'ipv4' : 'ipv6');
  return host !== '' && (!host.includes('.') || privateDomains.test(host));
}

const privateNetworks = new BlockList();
for (const [network, prefix] of [
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const) {
  privateNetworks.addSubnet(network, prefix, 'ipv4');
}
privateNetworks.addAddress('0.0.0.0', 'ipv4');
privateNetworks.addAddress('::', 'ipv6');
privateNetworks.addAddress('::1', 'ipv6');
privateNetworks.addSubnet('fc00::', 7, 'ipv6');
privateNetworks.addSubnet('fe80::', 10, 'ipv6');

/** RFC 6761, 6762, 8375, ICANN's `internal`, and the domains that ICANN keeps free because networks use them. */
const privateDomains = /\.(?:localhost|local|test|internal|home\.arpa|home|lan|corp|intranet|private)$/;
