import type { Call } from '../../../core/call.ts';
import type { ContentPart, MediaSource, Message } from '../../../core/wire/content.ts';
import { ConclaveError } from '../../../core/errors.ts';
import { documentSource } from '../../../core/wire/document-source.ts';
import type { FetchedMedia, MediaFetcher } from '../../../core/wire/media.ts';
import type { Candidate } from '../../../core/deployment.ts';
import type { Route } from '../../route.ts';
import { dialectsFor } from '../../deployments/access/usable-endpoints.ts';
import type { Codecs, ProviderAccess } from '../../services.ts';

/**
 * Returns the route for a candidate whose provider accepts bytes only: media at URLs is fetched, if the config allows
 * it. Returns the route unchanged if the provider accepts URLs or the call has none.
 * @throws ConclaveError `unsupported` if fetching is not allowed, `invalid_request` if it fails.
 */
export function withInlineMedia(
  engine: Codecs & Pick<ProviderAccess, 'fetchMedia'>,
  route: Route,
  candidate: Candidate,
  signal: AbortSignal,
): Route | Promise<Route> {
  const { call, features } = route;
  if (!features.request.needs.some((need) => need === 'vision' || need === 'documents' || need === 'audio'))
    return route;
  const dialects = dialectsFor(engine, call, candidate).map(({ urlMedia = 'yes' }) => urlMedia);
  if (dialects[0] === 'yes' || !call.request.messages.some(({ content }) => content.some(isRemote)))
    return route;
  const { fetchMedia } = engine;
  if (!fetchMedia) {
    // Its secondary dialect may accept URLs; the request is then written in that one.
    if (dialects.some((taken) => taken !== 'no')) return route;
    throw notFetched(candidate);
  }
  return fetched(call, fetchMedia, signal).then((messages) => ({
    ...route,
    call: { ...call, request: { ...call.request, messages } },
  }));
}

/** What a call has already fetched: a retry and a fallback need the same bytes. */
const remembered = new WeakMap<readonly Message[], Promise<readonly Message[]>>();

function fetched(
  { request }: Call,
  fetchMedia: MediaFetcher,
  signal: AbortSignal,
): Promise<readonly Message[]> {
  const known = remembered.get(request.messages);
  if (known) return known;
  const urls = request.messages.flatMap(({ content }) => content.flatMap(remoteUrls));
  const inlined = fetchMedia(urls, signal).then((media) =>
    request.messages.map((message) => ({
      ...message,
      content: message.content.map((part) => inlinePart(part, media)),
    })),
  );
  remembered.set(request.messages, inlined);
  // A failure may be transient; the next candidate tries again.
  inlined.catch(() => remembered.delete(request.messages));
  return inlined;
}

function inlinePart(part: ContentPart, media: ReadonlyMap<string, FetchedMedia>): ContentPart {
  if (part.type === 'tool-result') {
    return { ...part, content: part.content.map((inner) => inlinePart(inner, media)) };
  }
  const fetched = 'source' in part && isRemoteSource(part.source) && media.get(part.source.url);
  if (!fetched) return part;
  const source: MediaSource = { kind: 'base64', mediaType: fetched.mediaType, data: fetched.base64 };
  return part.type === 'document' ? { ...part, source: documentSource(source) } : { ...part, source };
}

function remoteUrls(part: ContentPart): string[] {
  if (part.type === 'tool-result') return part.content.flatMap(remoteUrls);
  return 'source' in part && isRemoteSource(part.source) ? [part.source.url] : [];
}

function isRemote(part: ContentPart): boolean {
  if (part.type === 'tool-result') return part.content.some(isRemote);
  return 'source' in part && isRemoteSource(part.source);
}

/** `s3://` and `gs://` URLs are read by the provider itself. */
function isRemoteSource(
  source: MediaSource | { readonly kind: 'text' },
): source is Extract<MediaSource, { kind: 'url' }> {
  return source.kind === 'url' && /^https?:/i.test(source.url);
}

function notFetched({ model, deployment }: Candidate): ConclaveError {
  return new ConclaveError(
    'unsupported',
    `${model.id}: ${deployment.provider.id} does not accept URLs of images and documents, and fetching is off here; send them as base64, or have media.fetch turned on in the config.`,
    { param: 'messages' },
  );
}
