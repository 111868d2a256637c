import { jsonrepair } from 'jsonrepair';
import { ranOutOfTime, withinCpu } from '../../core/patterns/within-cpu.ts';

export type RepairedJson = {
  /** Valid JSON; absent if there was nothing that could be repaired in time. */
  readonly text?: string;
  /** True if the whole would take too long, so that at most its beginning was repaired. */
  readonly isTooLong: boolean;
};

/** What is longer is mostly a model that repeats itself until its limit, and what it found is at the beginning. */
const lengths = [200_000, 20_000, 2_000] as const;

/**
 * What one try gets. An answer that was cut takes a few milliseconds; one with quotes that are not escaped takes time
 * with the square of its length or worse.
 */
const cpuMs = 150;

/** Repairs as much of a broken JSON as it can in limited time. */
export function repairJson(broken: string): RepairedJson {
  let isTooLong = broken.length > lengths[0];
  for (const length of lengths.filter((one, at) => at === 0 || one < broken.length)) {
    try {
      return { text: withinCpu(() => jsonrepair(broken.slice(0, length)), { cpuMs }), isTooLong };
    } catch (error) {
      isTooLong ||= ranOutOfTime(error);
      // A shorter beginning of what is no JSON at all would only look like one.
      if (!isTooLong) break;
    }
  }
  return { isTooLong };
}
