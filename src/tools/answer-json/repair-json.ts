import { jsonrepair, JSONRepairError } from 'jsonrepair';
import { withinCpu } from '../../core/patterns/within-cpu.ts';

export type RepairedJson = {
  /** Valid JSON. */
  readonly text: string;
  /** True if only the beginning could be repaired. */
  readonly isBeginning: boolean;
};

/** What is longer is mostly a model that repeats itself until its limit, and what it found is at the beginning. */
const lengths = [200_000, 20_000, 2_000] as const;

/**
 * What one try gets. An answer that was cut takes a few milliseconds; one with quotes that are not escaped takes time
 * with the square of its length or worse.
 */
const cpuMs = 150;
const maxTries = 4;

/** Repairs a broken JSON, or as much of its beginning as can be repaired in limited time. */
export function repairJson(broken: string): RepairedJson | undefined {
  let beginning = broken.slice(0, lengths[0]);
  for (let tries = 0; tries < maxTries && beginning !== ''; tries += 1) {
    try {
      const text = withinCpu(() => jsonrepair(beginning), { cpuMs });
      return { text, isBeginning: beginning.length < broken.length };
    } catch (error) {
      beginning = beginning.slice(0, shorterLength(beginning.length, error));
    }
  }
  return undefined;
}

/** Everything before the place that cannot be repaired; if there is no such place, it took too long or was too deep. */
function shorterLength(length: number, error: unknown): number {
  if (error instanceof JSONRepairError && error.position < length) return error.position;
  return lengths.find((one) => one < length) ?? 0;
}
