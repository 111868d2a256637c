import { ConclaveError } from '../core/errors.ts';
import { ranOutOfTime, threadCpuMs, withinCpu } from '../core/patterns/within-cpu.ts';

/** Does matching work in the CPU time that is left; `what` names the patterns, `paths` is the number of paths. */
export type MatchingTime = <T>(
  task: { readonly what: string; readonly paths: number; readonly param?: string },
  match: () => T,
) => T;

/** CPU time for reading the patterns. */
const startMs = 250;

/**
 * Returns a time limit that all the matching done with it shares, with CPU time for each path. Patterns come from callers
 * and from repositories, and matching a short one can take hours.
 * @throws ConclaveError `invalid_request` when the time is used up.
 */
export function matchingTime(perPathMs: number): MatchingTime {
  let leftMs = startMs;
  return ({ what, paths, param }, match) => {
    leftMs += paths * perPathMs;
    const before = threadCpuMs();
    try {
      return withinCpu(match, { cpuMs: Math.max(1, Math.ceil(leftMs)) });
    } catch (error) {
      if (!ranOutOfTime(error)) throw error;
      const message = `Matching ${what} takes too long; use fewer stars, braces and patterns.`;
      throw new ConclaveError('invalid_request', message, { cause: error, ...(param && { param }) });
    } finally {
      leftMs -= threadCpuMs() - before;
    }
  };
}
