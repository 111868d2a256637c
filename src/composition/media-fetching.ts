import type { Config } from '../config/schema.ts';
import type { MediaFetcher } from '../core/wire/media.ts';

/** Fetches media as the config allows; the code is loaded on the first URL. */
export function mediaFetching(settings: Config['media']): MediaFetcher {
  let loaded: Promise<MediaFetcher> | undefined;
  return async (urls, signal) => {
    loaded ??= import('../transport/fetch-all-media.ts').then(({ mediaFetcher }) => mediaFetcher(settings));
    return (await loaded)(urls, signal);
  };
}
