import { isQuickToCompile } from '../../../core/patterns/quick-to-compile.ts';
import { ranOutOfTime, withinCpu } from '../../../core/patterns/within-cpu.ts';
import { samplePattern } from './sample-pattern.ts';

/** Patterns come from callers, and some take hours to match. */
const cpuMs = 50;

/**
 * Returns a text for a pattern: a word of the question that matches it, else a sample, which matches it too if the
 * pattern is quick to compile. `undefined` if there is none.
 */
export function textForPattern(pattern: string, question: string): string | undefined {
  const sample = samplePattern(pattern);
  if (!isQuickToCompile(pattern)) return sample;
  try {
    return withinCpu(() => matching(pattern, question, sample), { cpuMs });
  } catch (error) {
    // Not a regular expression, or one that takes too long.
    return ranOutOfTime(error) ? sample : undefined;
  }
}

function matching(pattern: string, question: string, sample: string | undefined): string | undefined {
  const expression = new RegExp(pattern);
  const words = question.match(/[^\s,;"'()]+/g) ?? [];
  const said = words.find((word) => expression.exec(word)?.[0] === word);
  return said ?? (sample !== undefined && expression.test(sample) ? sample : undefined);
}
