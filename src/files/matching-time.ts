import { setImmediate as nextTurn } from 'node:timers/promises';
import { throwIfAborted } from '../core/streams/abort-error.ts';
import { ConclaveError } from '../core/errors.ts';
import { ranOutOfTime, threadCpuMs, withinCpu } from '../core/patterns/within-cpu.ts';
import type { Ms } from '../core/units.ts';

/** The CPU time that all the matching of one call shares. */
export type MatchingTime = {
  /**
   * Reads patterns, which adds a little to the time.
   * @throws ConclaveError `invalid_request` when the time is used up or a pattern is too large.
   */
  read<T>(patterns: Patterns, work: () => T): T;
  /**
   * Returns the items that match, and lets other work of this process have its turn meanwhile. Each item adds
   * `perItemMs` to the time.
   * @throws ConclaveError `invalid_request` when the time is used up or a pattern is too large, `cancelled`.
   */
  select<T>(
    items: readonly T[],
    patterns: Patterns & { readonly perItemMs: Ms },
    matches: (item: T) => boolean,
  ): Promise<ReadonlySet<T>>;
};

/** `what` names the patterns that are in use, for an error; `param` is the argument that they came in. */
type Patterns = { readonly what: () => string; readonly param?: string };

/** For a few patterns that are large. */
const startMs: Ms = 250;

/** For reading usual ones; most of it is what limiting the time costs. */
const perReadMs: Ms = 1;

/** For one call, however many items there are. */
const mostMs: Ms = 10_000;

/** For a single item: meanwhile this process does nothing else. */
const mostPerItemMs: Ms = 250;

/** After this time, other work has its turn. */
const turnMs: Ms = 20;

/** The items of one turn, unless its time ends before. */
const perTurn = 1_000;

/**
 * Returns a time limit for all the matching that is done with it. Patterns come from callers and from repositories, and
 * matching a short one can take hours.
 */
export function matchingTime(signal?: AbortSignal): MatchingTime {
  let earnedMs = startMs;
  let usedMs = 0;

  function limited<T>(patterns: Patterns, work: () => T): T {
    const leftMs = Math.min(earnedMs, mostMs) - usedMs;
    if (leftMs <= 0) throw tooLong(patterns);
    const before = threadCpuMs();
    try {
      return withinCpu(work, { cpuMs: Math.ceil(Math.min(leftMs, mostPerItemMs)) });
    } catch (error) {
      if (ranOutOfTime(error)) throw tooLong(patterns, error);
      // Its message, which shows the whole regular expression, is as large.
      if (error instanceof SyntaxError) throw tooLarge(patterns);
      throw error;
    } finally {
      usedMs += threadCpuMs() - before;
    }
  }

  return {
    read(patterns, work) {
      earnedMs += perReadMs;
      return limited(patterns, work);
    },
    async select<T>(
      items: readonly T[],
      patterns: Patterns & { readonly perItemMs: Ms },
      matches: (item: T) => boolean,
    ) {
      earnedMs += items.length * patterns.perItemMs;
      const selected = new Set<T>();
      for (let at = 0; at < items.length;) {
        if (at > 0) await nextTurn();
        throwIfAborted(signal);
        const turn = items.slice(at, at + perTurn);
        const results = limited(patterns, () => resultsOfTurn(turn, matches));
        for (const [item, isMatch] of results) if (isMatch) selected.add(item);
        at += results.length;
      }
      return selected;
    },
  };
}

/** Tests the first of the items, and as many others as the time of a turn allows. */
function resultsOfTurn<T>(
  items: readonly T[],
  matches: (item: T) => boolean,
): readonly (readonly [item: T, isMatch: boolean])[] {
  const until = performance.now() + turnMs;
  const results: [T, boolean][] = [];
  for (const item of items) {
    results.push([item, matches(item)]);
    if (performance.now() > until) break;
  }
  return results;
}

function tooLarge({ what, param }: Patterns): ConclaveError {
  const message = `Matching ${what()} is not possible: a pattern is too large.`;
  return new ConclaveError('invalid_request', message, param ? { param } : {});
}

function tooLong({ what, param }: Patterns, cause?: unknown): ConclaveError {
  const message = `Matching ${what()} takes too long; use fewer stars, braces and patterns.`;
  return new ConclaveError('invalid_request', message, { cause, ...(param && { param }) });
}
