import { createContext, Script } from 'node:vm';
import { jsonrepair } from 'jsonrepair';
import { withinCpu } from '../../core/patterns/within-cpu.ts';

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

const context = createContext({ repair: jsonrepair, broken: '' });
const run = new Script('repair(broken)');

/** Repairs as much of a broken JSON as it can in limited time. */
export function repairJson(broken: string): RepairedJson {
  let tried = Infinity;
  let isTooLong = broken.length > lengths[0];
  for (const length of lengths) {
    const beginning = broken.slice(0, length);
    if (beginning.length === tried) continue;
    tried = beginning.length;
    try {
      Object.assign(context, { broken: beginning });
      const text: unknown = withinCpu((timeout) => run.runInContext(context, { timeout }), { cpuMs });
      if (typeof text === 'string') return { text, isTooLong };
    } catch {
      // Too long, or no JSON from here on: a shorter beginning may still be one.
      isTooLong ||= broken.length > lengths[1];
    }
  }
  return { isTooLong };
}
