import type { CheckedFor } from '../core/routing/acceptance.ts';
import { isPlainPattern } from '../core/patterns/pattern-work.ts';
import { ranOutOfTime, withinCpu } from '../core/patterns/within-cpu.ts';
import { failureInThread } from './checking-thread.ts';
import type { FoundFailure } from './answer-checking.ts';
import { textFailure, type TextRule } from './text-failure.ts';

/** Usual patterns and schemas take less than a millisecond: they need not wait for a thread. */
const quickCpuMs = 3;

/**
 * Returns the first failure; `unknown` if finding it takes too long. Rules come from callers, and a short pattern can take
 * hours with a text of fifty characters: what does not finish at once continues in a thread, so that one caller's rule
 * delays no other call, and in the thread the keys take turns. @throws SyntaxError if a pattern is not a regular expression.
 */
export async function failureInTime(
  rules: readonly TextRule[],
  checkedFor: CheckedFor,
): Promise<FoundFailure> {
  try {
    if (rules.every((rule) => 'pattern' in rule && isPlainPattern(rule.pattern))) return textFailure(rules);
    return withinCpu(() => textFailure(rules), { cpuMs: quickCpuMs });
  } catch (error) {
    // A schema that refers to itself can also be too deep for the stack.
    if (error instanceof RangeError) return 'unknown';
    if (ranOutOfTime(error)) return failureInThread(rules, checkedFor);
    throw error;
  }
}
