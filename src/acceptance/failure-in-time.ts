import type { CheckedFor } from '../core/routing/acceptance/acceptance.ts';
import { isQuickToCompile } from '../core/patterns/quick-to-compile.ts';
import { ranOutOfTime } from '../core/patterns/within-cpu.ts';
import { checkedWithin } from './checked-within.ts';
import { failureInProcess } from './checking-process.ts';
import { patternsOf } from './patterns-of.ts';
import type { FoundFailure, TextRule } from './text-failure.ts';

/** Usual patterns and schemas take less than a millisecond: they need not wait for another process. */
const quickCpuMs = 3;

/**
 * Returns the first failure; `unknown` if finding it takes too long, or fails, or a schema cannot be read. Rules come from callers, and a short
 * pattern can take hours with a text of fifty characters, or end the process that compiles it: what may do so, and what
 * does not finish at once, is left to a process of its own, where the keys take turns.
 */
export async function failureInTime(
  rules: readonly TextRule[],
  checkedFor: CheckedFor,
): Promise<FoundFailure> {
  try {
    if (rules.some((rule) => !patternsOf(rule).every(isQuickToCompile)))
      return failureInProcess(rules, checkedFor);
    return checkedWithin(rules, { cpuMs: quickCpuMs });
  } catch (error) {
    // A schema, above all one that refers to itself, can be too deep for the stack.
    if (error instanceof RangeError) return 'unknown';
    if (ranOutOfTime(error)) return failureInProcess(rules, checkedFor);
    throw error;
  }
}
