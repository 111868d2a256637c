/** The bytes of an image, document or sound that stood at a URL. */
export type FetchedMedia = { readonly mediaType: string; readonly base64: string };

/**
 * Fetches what stands at the URLs of one request, each once and given as often as it is to be written out. @throws ConclaveError `invalid_request` where one may
 * not, or cannot, be fetched, or all of them are too much.
 */
export type MediaFetcher = (
  urls: readonly string[],
  signal: AbortSignal,
) => Promise<ReadonlyMap<string, FetchedMedia>>;
