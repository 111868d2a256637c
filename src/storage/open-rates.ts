import type { Log } from '../core/telemetry/log.ts';
import type { RateWindows } from '../core/money/rate-windows.ts';
import type { Store } from '../core/stores/stores.ts';

/**
 * Opens the rate counters: in the ledger's own database, or in Redis if `redisUrl` (`CONCLAVE_REDIS_URL`) is set.
 * @throws ConclaveError `configuration` for a URL that is not a Redis URL.
 */
export async function openRates(
  redisUrl: string | undefined,
  { store, log }: { readonly store: Store; readonly log: Log },
): Promise<RateWindows & { close(): Promise<void> }> {
  if (redisUrl === undefined || redisUrl === '') {
    return { ...store.rates, close: async () => undefined };
  }
  const { openRedisRates } = await import('./redis/open-redis-rates.ts');
  return openRedisRates(redisUrl, { spare: store.rates, log });
}
