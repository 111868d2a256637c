import { BlockList, isIP } from 'node:net';

/** Returns whether a host, by name or address, is this machine: `localhost`, 127.0.0.0/8 or ::1, in any spelling. */
export function isLoopback(host: string): boolean {
  return loopback.test(host);
}

/** A pattern, because every request to the gateway is checked, and a `BlockList` takes several times as long. */
const loopback =
  /^\[?(?:localhost\.?|(?:::ffff:)?127\.\d+\.\d+\.\d+|::1|::ffff:7f[\da-f]{2}:[\da-f]{1,4})\]?$/i;

/**
 * Returns whether the host of a URL is this machine or one of its own network, judged by the name alone: a private
 * address, a name without a dot, or a name under a domain that the public DNS does not serve. Returns false for a URL
 * that cannot be read and for any address that is not known to be private, because private data may be sent there.
 */
export function isOnOwnNetwork(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const host = new URL(url).hostname.replace(/^\[|\]$|\.$/g, '');
  const version = isIP(host);
  // An IPv4 address that is mapped into IPv6 is compared as the IPv4 address.
  if (version !== 0) return own.check(host, version === 4 ? 'ipv4' : 'ipv6');
  return host !== '' && (!host.includes('.') || privateDomains.test(host));
}

/**
 * Returns whether an address is public: not an address of this machine, its networks, a cloud's metadata service or a
 * special purpose (IANA's special-purpose address registries). IPv6 addresses that contain an IPv4 address (mapped,
 * translated, tunnelled) are never public, because no public host needs them.
 */
export function isPublicUnicast(address: string): boolean {
  const version = isIP(address);
  if (version === 4) return !special.check(address, 'ipv4');
  return version === 6 && allocated.check(address, 'ipv6') && !special.check(address, 'ipv6');
}

/** RFC 6761, 6762, 8375, ICANN's `internal`, and the domains that ICANN keeps free because networks use them. */
const privateDomains = /\.(?:localhost|local|test|internal|home\.arpa|home|lan|corp|intranet|private)$/;

const privateNetworks = [
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  // Link-local, including the metadata services of large clouds.
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const;

const own = new BlockList();
for (const [network, prefix] of privateNetworks) own.addSubnet(network, prefix, 'ipv4');
own.addAddress('0.0.0.0', 'ipv4');
own.addAddress('::', 'ipv6');
own.addAddress('::1', 'ipv6');
own.addSubnet('fc00::', 7, 'ipv6');
own.addSubnet('fe80::', 10, 'ipv6');

/** The allocated part of IPv6; loopback, link-local, unique local, mapped and translated addresses lie outside. */
const allocated = new BlockList();
allocated.addSubnet('2000::', 3, 'ipv6');

const special = new BlockList();
for (const [network, prefix] of [
  ...privateNetworks,
  ['0.0.0.0', 8],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const) {
  special.addSubnet(network, prefix, 'ipv4');
}
for (const [network, prefix] of [
  // Teredo, ORCHID, benchmarking and other protocols.
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const) {
  special.addSubnet(network, prefix, 'ipv6');
}
