import { setTimeout as sleep } from 'node:timers/promises';
import type { Candidate } from '../core/provider.ts';
import type { Ms, Tokens } from '../core/units.ts';
import type { EngineContext } from './engine.ts';

/**
 * Takes the first candidate with room out of `waiting`, whose order stays. Where all are full it waits, no longer than
 * `balance.queueMs`, for whoever has room first; after that the first one is returned as it is, and its attempt says
 * what is full. `undefined` for an empty list.
 */
export function nextWithRoom(
  engine: Pick<EngineContext, 'load' | 'settings' | 'now'>,
  waiting: Candidate[],
  { tokens, signal }: { readonly tokens: Tokens; readonly signal: AbortSignal },
): Candidate | undefined | Promise<Candidate | undefined> {
  const found = takeFirst(engine, waiting, tokens);
  if (found || waiting.length === 0) return found;
  return waitForRoom(engine, waiting, { tokens, signal });
}

function takeFirst(
  { load }: Pick<EngineContext, 'load'>,
  waiting: Candidate[],
  tokens: Tokens,
): Candidate | undefined {
  const at = waiting.findIndex(({ deployment }) => !load.full(deployment, tokens));
  return at < 0 ? undefined : waiting.splice(at, 1)[0];
}

async function waitForRoom(
  engine: Pick<EngineContext, 'load' | 'settings' | 'now'>,
  waiting: Candidate[],
  { tokens, signal }: { readonly tokens: Tokens; readonly signal: AbortSignal },
): Promise<Candidate | undefined> {
  const { load, settings, now } = engine;
  const until = now() + settings.balance.queueMs;
  for (;;) {
    const patience = until - now();
    const next = soonest(engine, waiting, tokens);
    const queue = waiting.filter(({ deployment }) => load.full(deployment, tokens)?.waitMs === undefined);
    if (signal.aborted || patience <= 0 || (queue.length === 0 && next > patience)) return waiting.shift();
    const ms = Math.min(patience, next);
    if (queue.length > 0)
      await load.freed(
        queue.map(({ deployment }) => deployment),
        ms,
        signal,
      );
    else await sleep(ms, undefined, { signal }).catch(() => undefined);
    const found = takeFirst(engine, waiting, tokens);
    if (found) return found;
  }
}

/** The shortest wait that is known by its time. */
function soonest({ load }: Pick<EngineContext, 'load'>, waiting: readonly Candidate[], tokens: Tokens): Ms {
  return Math.min(...waiting.map(({ deployment }) => load.full(deployment, tokens)?.waitMs ?? Infinity));
}
