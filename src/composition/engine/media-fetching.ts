import type { Config } from '../../config/schema/config-schema.ts';
import { once } from '../../core/memories/once.ts';
import type { MediaFetcher } from '../../core/wire/media.ts';

/** Fetches media as the config allows; the code is loaded on the first URL. */
export function mediaFetching(settings: Config['media']): MediaFetcher {
  const fetcher = once(async () =>
    (await import('../../transport/media/fetch-all-media.ts')).mediaFetcher(settings),
  );
  return async (urls, signal) => (await fetcher())(urls, signal);
}
