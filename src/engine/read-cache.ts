import type { Call } from '../core/call.ts';
import type { CachedReply } from '../core/extension-points.ts';
import type { EngineContext } from './context.ts';

/** The first cache that knows the answer, asked in their configured order (exact before semantic). */
export async function readCache(engine: EngineContext, call: Call): Promise<CachedReply | undefined> {
  for (const cache of engine.caches) {
    try {
      const hit = await cache.read(call);
      if (hit) return hit;
    } catch (error) {
      engine.log.warn({ cache: cache.name, error }, 'a cache failed to read and counts as a miss');
    }
  }
  return undefined;
}

/** Offers a whole answer to every cache; a cache that fails to write costs the next caller a miss, not this one. */
export async function writeCaches(engine: EngineContext, call: Call, reply: CachedReply): Promise<void> {
  for (const cache of engine.caches) {
    try {
      await cache.write(call, reply);
    } catch (error) {
      engine.log.warn({ cache: cache.name, error }, 'a cache failed to write');
    }
  }
}
