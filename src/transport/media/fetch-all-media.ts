import { ConclaveError } from '../../core/errors.ts';
import type { FetchedMedia, MediaFetcher } from '../../core/wire/media.ts';
import { urlFetcher, type UrlFetcherOptions } from './fetch-media.ts';

export type MediaFetcherOptions = UrlFetcherOptions & {
  /** Maximum number of files in one request. */
  readonly maxFiles: number;
  /**
   * Maximum total size, with each file counted as often as the request uses it, because it is also written that often.
   */
  readonly maxRequestBytes: number;
};

/**
 * Limits parallel downloads: a small request may name more data than fits in memory, on hosts that should not be
 * flooded.
 */
const maxAtOnce = 4;

/** Fetches the media of requests, a few at a time. The first failure cancels the others. */
export function mediaFetcher({ maxFiles, maxRequestBytes, ...options }: MediaFetcherOptions): MediaFetcher {
  const fetchUrl = urlFetcher(options);
  return async (urls, signal) => {
    const uses = Map.groupBy(urls, (url) => url);
    if (uses.size > maxFiles)
      throw tooMuch(
        `This request names ${uses.size} files by URL, and at most ${maxFiles} of one are fetched (media.maxFiles)`,
      );
    const media = new Map<string, FetchedMedia>();
    const stop = new AbortController();
    let bytes = 0;
    const count = (more: number) => {
      bytes += more;
      if (bytes <= maxRequestBytes) return;
      throw tooMuch(
        `The files at the URLs of this request are together larger than ${maxRequestBytes} bytes (media.maxRequestBytes)`,
      );
    };
    const waiting = uses.entries();
    const fetchInTurn = async () => {
      for (const [url, { length: times }] of waiting) {
        const inTime = AbortSignal.any([signal, stop.signal]);
        media.set(url, await fetchUrl(url, { signal: inTime, count: (piece) => count(piece * times) }));
      }
    };
    try {
      await Promise.all(Array.from({ length: maxAtOnce }, fetchInTurn));
      return media;
    } finally {
      stop.abort();
    }
  };
}

function tooMuch(found: string): ConclaveError {
  return new ConclaveError('invalid_request', `${found}; send fewer of them.`, { param: 'messages' });
}
