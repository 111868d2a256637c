import type { JsonValue } from '../../core/json/json.ts';
import { embeddedJson } from './embedded-json.ts';
import { parsedJson } from './parsed-json.ts';
import { repairJson } from './repair-json.ts';

export type FoundJson = {
  readonly value: JsonValue;
  readonly repaired: boolean;
  /** True if only the beginning of the broken JSON could be repaired. */
  readonly isBeginning: boolean;
};

/**
 * Finds the JSON in a model's answer: the answer itself, a fenced block, the text between the outermost brackets, or the
 * only such value in prose that has brackets of its own.
 * Valid JSON is preferred; broken JSON is repaired, including answers that were cut short. `wanted` tests whether a value is
 * the expected one. `isBeginning` tests whether a value is enough if only the beginning of the text could be repaired:
 * that suits a list with items, but not an answer that may be taken back further on, and prose may hold a "[]".
 * Default: no beginning is enough.
 */
export function findJson(
  text: string,
  wanted: (value: JsonValue) => boolean,
  { isBeginning: suffices = () => false }: { readonly isBeginning?: (value: JsonValue) => boolean } = {},
): FoundJson | undefined {
  const candidates = [...new Set(candidatesIn(text))];
  for (const candidate of candidates) {
    const value = parsedJson(candidate);
    if (value !== undefined && wanted(value)) return { value, repaired: false, isBeginning: false };
  }
  // Of several, the last may take back the first.
  const [only, ...others] = embeddedJson(text).filter(wanted);
  if (only !== undefined && others.length === 0) return { value: only, repaired: false, isBeginning: false };
  let beginning: FoundJson | undefined;
  for (const candidate of candidates.slice(0, maxRepairs)) {
    const { text: repaired = '', isBeginning = false } = repairJson(candidate) ?? {};
    const value = parsedJson(repaired);
    if (value === undefined || !wanted(value)) continue;
    const found = { value, repaired: true, isBeginning };
    if (!isBeginning) return found;
    if (suffices(value)) beginning ??= found;
  }
  return beginning;
}

/** Each takes up to a second, and an answer may hold any number of fenced blocks. */
const maxRepairs = 5;

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
