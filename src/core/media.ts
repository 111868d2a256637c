/** The bytes of an image, document or sound that stood at a URL. */
export type FetchedMedia = { readonly mediaType: string; readonly base64: string };

/** Fetches what stands at a URL. @throws ConclaveError `invalid_request` for one that may not, or cannot, be fetched. */
export type MediaFetcher = (url: string, signal: AbortSignal) => Promise<FetchedMedia>;
