import { jsonrepair } from 'jsonrepair';
import type { JsonValue } from '../../core/json/json.ts';

export type FoundJson = {
  readonly value: JsonValue;
  readonly repaired: boolean;
  /** True if only the beginning of the broken JSON was repaired, because it is very long. */
  readonly isBeginning: boolean;
};

/**
 * Finds the JSON in a model's answer: the answer itself, a fenced block, or the text between the outermost brackets.
 * Valid JSON is preferred; broken JSON is repaired, including answers that were cut short, but of a very long one only the
 * beginning. `wanted` tests whether a value is the expected one.
 */
export function findJson(text: string, wanted: (value: JsonValue) => boolean): FoundJson | undefined {
  const candidates = new Set(candidatesIn(text));
  for (const parse of [parseStrictly, parseRepaired]) {
    for (const candidate of candidates) {
      const value = parse(candidate);
      if (value === undefined || !wanted(value)) continue;
      const repaired = parse === parseRepaired;
      return { value, repaired, isBeginning: repaired && candidate.length > maxRepaired };
    }
  }
  return undefined;
}

function candidatesIn(text: string): string[] {
  const fenced = [...text.matchAll(/```[a-z]*\s*\n([\s\S]*?)(?:\n```|$)/gi)].map(([, body]) => body ?? '');
  const whole = text.trim();
  const start = whole.search(/[[{]/);
  if (start < 0) return [];
  const end = Math.max(whole.lastIndexOf('}'), whole.lastIndexOf(']'));
  const object = whole.indexOf('{');
  return [
    whole,
    ...fenced,
    whole.slice(start, end + 1),
    // "[1] See below: {…}" has a bracket before the object.
    ...(object > start ? [whole.slice(object, whole.lastIndexOf('}') + 1)] : []),
    // A cut answer has no closing bracket.
    ...(object >= 0 ? [whole.slice(object)] : []),
  ].filter((candidate) => /^\s*[[{]/.test(candidate));
}

function parseStrictly(text: string): JsonValue | undefined {
  try {
    // JSON.parse returns exactly the values that JsonValue lists.
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

/**
 * Repairing takes time with the square of the length: at this length up to a second. What is longer is mostly a model that
 * repeats itself until its limit, and what it found is at the beginning.
 */
const maxRepaired = 200_000;

function parseRepaired(text: string): JsonValue | undefined {
  try {
    return parseStrictly(jsonrepair(text.slice(0, maxRepaired)));
  } catch {
    return undefined;
  }
}
