import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { ConclaveError } from '../../core/errors.ts';
import type { FetchedMedia } from '../../core/wire/media.ts';
import type { Ms } from '../../core/units.ts';
import { addChunk } from '../add-chunk.ts';
import { mediaTypeOf } from './media-type.ts';
import { isPublicUnicast } from '../../core/system/addresses.ts';

export type UrlFetcherOptions = {
  readonly maxBytes: number;
  readonly timeoutMs: Ms;
  /** Hosts (`name` or `name:port`) that are allowed even if their address is not public. */
  readonly trustedHosts: readonly string[];
  /** Resolves all addresses of a name. Default: the system's resolver. */
  readonly resolve?: (host: string) => Promise<readonly LookupAddress[]>;
};

const maxRedirects = 3;
const redirects = new Set([301, 302, 303, 307, 308]);

/** `count` is called with the size of every piece as it arrives, and throws if a limit is exceeded. */
export type UrlFetcher = (
  url: string,
  options: { readonly signal: AbortSignal; readonly count?: (bytes: number) => void },
) => Promise<FetchedMedia>;

/**
 * Fetches media for models that only accept bytes. URLs are untrusted: only http and https are allowed, only public
 * unicast addresses, and the checked address is the one connected to, so that a name that resolves differently later
 * has no effect. Every redirect is checked, and size and time are limited. No cookie, credential or proxy is used.
 */
export function urlFetcher(options: UrlFetcherOptions): UrlFetcher {
  return async (text, { signal, count = () => undefined }) => {
    const inTime = AbortSignal.any([signal, AbortSignal.timeout(options.timeoutMs)]);
    let url = parse(text);
    for (let hops = 0; hops <= maxRedirects; hops += 1) {
      const reply = await ask(url, await checkedAddress(url, options), inTime);
      const location = redirects.has(reply.statusCode ?? 0) ? reply.headers.location : undefined;
      if (location === undefined) {
        return await take(url, reply, { maxBytes: options.maxBytes, signal: inTime, count });
      }
      reply.destroy();
      url = parse(location, url);
    }
    throw refusal(url, `leads through more than ${maxRedirects} redirects`);
  };
}

function parse(text: string, base?: URL): URL {
  const url = URL.parse(text, base);
  if (!url) throw new ConclaveError('invalid_request', `"${text.slice(0, 80)}" is not a URL.`);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw refusal(url, 'is neither http nor https');
  }
  if (url.username !== '' || url.password !== '') throw refusal(url, 'holds a name or a password');
  return url;
}

/** Returns the address to connect to. A name with any non-public address is rejected. */
async function checkedAddress(url: URL, options: UrlFetcherOptions): Promise<LookupAddress> {
  const { trustedHosts, resolve = resolveAll } = options;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const family = isIP(host);
  const addresses = family > 0 ? [{ address: host, family }] : await resolved(url, host, resolve);
  const trusted = trustedHosts.includes(url.host) || trustedHosts.includes(url.hostname);
  if (!trusted && !addresses.every(({ address }) => isPublicUnicast(address))) {
    throw refusal(url, 'is not at a public address');
  }
  const [first] = addresses;
  if (!first) throw refusal(url, 'has no address');
  return first;
}

async function resolved(
  url: URL,
  host: string,
  resolve: NonNullable<UrlFetcherOptions['resolve']>,
): Promise<readonly LookupAddress[]> {
  try {
    return await resolve(host);
  } catch (cause) {
    throw refusal(url, 'names a host that cannot be found', cause);
  }
}

function resolveAll(host: string): Promise<readonly LookupAddress[]> {
  return new Promise((resolve, reject) => {
    systemLookup(host, { all: true }, (error, addresses) => (error ? reject(error) : resolve(addresses)));
  });
}

/** Connects to the checked address; host name and certificate stay those of the URL. */
function ask(url: URL, { address, family }: LookupAddress, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, {
      signal,
      agent: false,
      lookup: (_host, { all }, found) =>
        all ? found(null, [{ address, family }]) : found(null, address, family),
      // Compressed bytes could unpack to more than every limit.
      headers: {
        'accept-encoding': 'identity',
        accept: 'image/*, application/pdf, audio/*',
        'user-agent': 'conclave',
      },
    });
    request.on('response', resolve);
    request.on('error', (cause) => reject(refusal(url, whyNot(signal), cause)));
    request.end();
  });
}

async function take(
  url: URL,
  reply: IncomingMessage,
  {
    maxBytes,
    signal,
    count,
  }: { readonly maxBytes: number; readonly signal: AbortSignal; readonly count: (bytes: number) => void },
): Promise<FetchedMedia> {
  try {
    const { statusCode = 0, headers } = reply;
    if (statusCode !== 200) throw refusal(url, `answers ${statusCode}`);
    const tooLarge = () => refusal(url, `is larger than ${maxBytes} bytes`);
    if (Number(headers['content-length'] ?? 0) > maxBytes) throw tooLarge();
    if (headers['content-encoding'] !== undefined) throw refusal(url, 'comes compressed');
    const pieces: Buffer[] = [];
    let size = 0;
    for await (const piece of reply as AsyncIterable<Buffer>) {
      size += piece.byteLength;
      if (size > maxBytes) throw tooLarge();
      count(piece.byteLength);
      addChunk(pieces, piece);
    }
    const bytes = Buffer.concat(pieces);
    const mediaType = mediaTypeOf(headers['content-type'], bytes);
    if (mediaType === undefined) throw refusal(url, 'is not an image, PDF or sound');
    return { mediaType, base64: bytes.toString('base64') };
  } catch (error) {
    throw error instanceof ConclaveError
      ? error
      : refusal(url, signal.aborted ? tooLong : 'broke off', error);
  } finally {
    reply.destroy();
  }
}

const tooLong = 'took longer than media.timeoutMs';

function whyNot(signal: AbortSignal): string {
  return signal.aborted ? tooLong : 'cannot be reached';
}

/** Builds an error that shows the URL without its query, which may be a secret. */
function refusal({ protocol, host, pathname }: URL, problem: string, cause?: unknown): ConclaveError {
  const shown = `${protocol}//${host}${pathname}`.slice(0, 200);
  return new ConclaveError(
    'invalid_request',
    `${shown} ${problem}, and was not fetched; send the bytes as base64 instead.`,
    { param: 'messages', ...(cause !== undefined && { cause }) },
  );
}
