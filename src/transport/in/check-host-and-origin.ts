import type { IncomingMessage } from 'node:http';
import { isLoopback } from '../../core/system/addresses.ts';
import { ConclaveError } from '../../core/errors.ts';

/**
 * Rejects requests that a web page could make a browser send: to a name that was just pointed here (DNS rebinding), or
 * from a page of another site. Loopback names are always allowed; `allowedHosts` adds `name` or `name:port`, `*.name`
 * for its subdomains, `*` for all, and as origins of apps `scheme://name`, or `scheme://*` for all of a kind.
 * `anyHost`: for clients that only know an address, not a name, and may not send Host (HTTP/1.0).
 * @throws ConclaveError `invalid_request` for a missing, duplicate or malformed Host; `permission` for a foreign one.
 */
export function checkHostAndOrigin(
  { rawHeaders, httpVersion }: Pick<IncomingMessage, 'rawHeaders' | 'httpVersion'>,
  { allowedHosts, anyHost }: { readonly allowedHosts: readonly string[]; readonly anyHost: boolean },
): void {
  const hosts = valuesOf(rawHeaders, 'host');
  if (!(anyHost && hosts.length === 0 && httpVersion === '1.0')) {
    checkHost(hosts, anyHost ? ['*'] : allowedHosts);
  }
  for (const origin of valuesOf(rawHeaders, 'origin')) checkOrigin(origin.toLowerCase(), allowedHosts);
}

function checkHost(hosts: readonly string[], allowedHosts: readonly string[]): void {
  const [host] = hosts;
  if (host === undefined || hosts.length > 1) {
    throw new ConclaveError(
      'invalid_request',
      `A request has one Host header, this one has ${hosts.length}.`,
    );
  }
  const authority = parseAuthority(host);
  if (!authority) throw new ConclaveError('invalid_request', 'The Host header is not a host name and port.');
  if (!isAllowed(authority, allowedHosts)) throw foreign('Host', authority.name);
}

function checkOrigin(origin: string, allowedHosts: readonly string[]): void {
  if (allowedHosts.includes('*')) return;
  const [, scheme = '', rest = ''] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/.exec(origin) ?? [];
  if (scheme === 'http' || scheme === 'https') {
    const site = parseAuthority(rest);
    if (!site) throw foreignForm();
    if (!isAllowed(site, allowedHosts)) throw foreign('Origin', site.name);
  } else if (scheme === '') {
    throw foreignForm();
  } else if (!allowedHosts.some((entry) => isApp(entry.toLowerCase(), scheme, rest))) {
    throw foreign('Origin', origin.slice(0, 200));
  }
}

/** Desktop apps, extensions and editors have origins with schemes of their own. */
function isApp(entry: string, scheme: string, name: string): boolean {
  return entry === `${scheme}://${name}` || entry === `${scheme}://*`;
}

type Authority = { readonly name: string; readonly port: string };

function isAllowed({ name, port }: Authority, allowedHosts: readonly string[]): boolean {
  if (isLoopback(name)) return true;
  return allowedHosts.some((entry) => {
    const allowed = entry.toLowerCase();
    if (allowed === '*' || allowed === name || allowed === `[${name}]`) return true;
    if (allowed.startsWith('*.')) return name.endsWith(allowed.slice(1));
    return allowed === (name.includes(':') ? `[${name}]:${port}` : `${name}:${port}`);
  });
}

function parseAuthority(text: string): Authority | undefined {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::(\d{1,5}))?$/.exec(text.toLowerCase());
  const name = match?.[1] ?? match?.[2]?.replace(/\.$/, '');
  return name ? { name, port: match?.[3] ?? '' } : undefined;
}

function valuesOf(rawHeaders: readonly string[], name: string): string[] {
  const values: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const candidate = rawHeaders[index];
    if (candidate?.length === name.length && candidate.toLowerCase() === name) {
      values.push(rawHeaders[index + 1] ?? '');
    }
  }
  return values;
}

function foreign(header: string, name: string): ConclaveError {
  return new ConclaveError(
    'permission',
    `Requests with the ${header} "${name}" are not served here; add it to server.allowedHosts if it is yours.`,
  );
}

/** Of sandboxed pages and local files, which all have the origin `null`. */
function foreignForm(): ConclaveError {
  return new ConclaveError(
    'permission',
    'Requests with an Origin of that form are not served here; only "*" in server.allowedHosts admits them.',
  );
}
