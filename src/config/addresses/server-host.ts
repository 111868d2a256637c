import { isIPv6 } from 'node:net';
import { ConclaveError } from '../../core/errors.ts';
import { bareUrl } from './bare-url.ts';

/**
 * Reads where a server listens in the format of `OLLAMA_HOST` (Ollama's `envconfig/config.go`): a host or an address, a port
 * (`:11434`), both, or a URL, whose path is that of a proxy. A missing host is this machine, as is one that stands for all
 * of its addresses. A missing or impossible port is the usual one, in a URL that of its scheme.
 * @throws ConclaveError `configuration` naming the variable, if no server can have this address.
 */
export function readServerHost(
  value: string,
  { variable, usualPort }: { readonly variable: string; readonly usualPort: string },
): string {
  const text = value.replace(/^[\s"']+|[\s"']+$/g, '');
  const [, scheme = hosted === text ? 'https' : undefined, address = ''] =
    /^(?:([a-z]+):\/\/)?(.*)$/i.exec(text) ?? [];
  const [authority = '', ...path] = address.split('/');
  const { host, port } = splitPort(authority.replace(/^.*@/, ''));
  const place = isPort(port) ? `:${port}` : scheme === undefined ? `:${usualPort}` : '';
  const url = `${scheme ?? 'http'}://${reachable(host)}${place}`;
  if (!/^https?:/i.test(url) || !URL.canParse(url))
    throw new ConclaveError(
      'configuration',
      `${variable}: "${value}" is no address of a server; it may be a host, host:port, :port or an http(s) URL`,
    );
  return bareUrl([new URL(url).origin, ...path].join('/'));
}

/** The one host that Ollama takes to speak HTTPS without being told. */
const hosted = 'ollama.com';

function splitPort(hostAndPort: string): { readonly host: string; readonly port?: string } {
  const [, bracketed, plain, port] = /^(?:\[(.*)\]|([^:]*)):([^:\]]*)$/.exec(hostAndPort) ?? [];
  if (port !== undefined) return { host: bracketed ?? plain ?? '', port };
  return { host: hostAndPort.replace(/^\[(.*)\]$/, '$1') };
}

function isPort(text = ''): boolean {
  return /^\d+$/.test(text) && Number(text) > 0 && Number(text) < 65_536;
}

/** Returns a host as a URL has it, and this machine for none and for all of its addresses. */
function reachable(host: string): string {
  if (host === '' || host === '0.0.0.0') return '127.0.0.1';
  if (!isIPv6(host)) return host;
  return host === '::' ? '[::1]' : `[${host}]`;
}
