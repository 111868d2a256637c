/** The bytes of an image, document or audio clip fetched from a URL. */
export type FetchedMedia = { readonly mediaType: string; readonly base64: string };

/**
 * Fetches the URLs of one request. Each is fetched once and listed as often as the request will contain it.
 * @throws ConclaveError `invalid_request` if a URL is not allowed or cannot be fetched, or if all of them together are
 * too large.
 */
export type MediaFetcher = (
  urls: readonly string[],
  signal: AbortSignal,
) => Promise<ReadonlyMap<string, FetchedMedia>>;
