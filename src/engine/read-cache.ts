import type { Call } from '../core/call.ts';
import type { CachedReply, ReplyCache } from '../core/extension-points.ts';
import { matchesAny } from '../core/names/matches-pattern.ts';
import { guardrailRefusal } from './replies/guardrail-refusal.ts';
import type { Logging, Plugins } from './services.ts';

/**
 * Returns the first stored answer that may be used, trying the caches in their configured order (exact before
 * semantic). An answer that the key's allowed models or an output guardrail forbid counts as a miss: a fresh answer may
 * pass.
 */
export async function readCache(
  engine: Pick<Plugins, 'caches' | 'outputGuardrails'> & Logging,
  call: Call,
): Promise<CachedReply | undefined> {
  for (const cache of engine.caches) {
    const hit = await readOne(engine, cache, call);
    if (hit && mayBeGiven(engine, call, hit)) return hit;
  }
  return undefined;
}

async function readOne({ log }: Logging, cache: ReplyCache, call: Call): Promise<CachedReply | undefined> {
  try {
    return await cache.read(call);
  } catch (error) {
    log.warn({ cache: cache.name, error }, 'a cache failed to read and counts as a miss');
    return undefined;
  }
}

function mayBeGiven(
  engine: Pick<Plugins, 'outputGuardrails'>,
  call: Call,
  { model, parts }: CachedReply,
): boolean {
  const { models } = call.principal;
  if (models && !matchesAny(model, models)) return false;
  return guardrailRefusal(engine, call, parts) === undefined;
}

/**
 * Offers a whole answer to every cache. If a cache fails to write, a later caller has a miss; this call is not
 * affected.
 */
export async function writeCaches(
  engine: Pick<Plugins, 'caches'> & Logging,
  call: Call,
  reply: CachedReply,
): Promise<void> {
  for (const cache of engine.caches) {
    try {
      await cache.write(call, reply);
    } catch (error) {
      engine.log.warn({ cache: cache.name, error }, 'a cache failed to write');
    }
  }
}
