import { isIP } from 'node:net';
import { isPublicUnicast } from '../core/wire/public-address.ts';

/**
 * Returns whether the host of a URL is this machine or one of its own network, judged by the name alone: a private
 * address, a name without a dot, or a name under a domain that the public DNS does not serve. A URL that cannot be read
 * is not.
 */
export function isOnOwnNetwork(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const host = new URL(url).hostname.replace(/^\[|\]$|\.$/g, '');
  if (isIP(host) !== 0) return !isPublicUnicast(host);
  return !host.includes('.') || privateDomains.test(host);
}

/** RFC 6761, 6762, 8375, ICANN's `internal`, and the domains that ICANN keeps free because networks use them. */
const privateDomains = /\.(?:localhost|local|test|internal|home\.arpa|home|lan|corp|intranet|private)$/;
