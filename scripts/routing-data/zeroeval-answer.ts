import { isJsonObject, type JsonValue } from '../../src/core/json/json.ts';
import { pythonFloat } from './write-row.ts';

/** How answers are compared: calculations as numbers, outputs of programs exactly, except for surrounding quotes. */
export type Grading = 'number' | 'text';

/**
 * Returns the graded answer of a reply: its first number, or its text without quotes, both truncated at a length that no
 * correct answer has; `undefined` if there is none.
 */
export function gradedAnswer(text: string, model: string, grading: Grading): string | undefined {
  const answer = answerIn(text, model);
  if (answer === undefined) return undefined;
  return grading === 'number'
    ? (firstNumber(answer) ?? answer.slice(0, 40))
    : unquoted(answer.replaceAll('\n', '\\n')).slice(0, 200);
}

/** Returns whether a graded answer is the expected one. */
export function isRightAnswer(answer: string | undefined, gold: string, grading: Grading): boolean {
  if (answer === undefined) return false;
  if (grading === 'text') return answer === unquoted(gold);
  const wanted = firstNumber(gold.replaceAll('#', '').trim());
  return wanted !== undefined && Number(answer) === Number(wanted);
}

/**
 * Returns the final answer of a reply that was requested as the field `answer` of a JSON object: from the first complete
 * object, otherwise from the field anywhere in the text, otherwise (for Llama 3.1 only, as upstream does) from a
 * `\\boxed{…}`. The value is formatted as Python prints it, because upstream compares that.
 */
function answerIn(text: string, model: string): string | undefined {
  const whole = firstObject(text);
  if (whole !== undefined && 'answer' in whole) return pythonText(whole['answer'] ?? null, false);
  const quoted = /"answer"\s*:\s*"([^"]*?)"/.exec(text)?.[1];
  const loose = quoted ?? (/"answer"\s*:\s*([^,\s]*)/.exec(text) ?? /answer\s*:\s*([^,\s]*)/.exec(text))?.[1];
  if (loose !== undefined) return loose;
  return model.includes('Llama-3.1') ? /\\boxed\{(\w+)\}/.exec(text)?.[1] : undefined;
}

function unquoted(text: string): string {
  return text.replace(/^['"]+|['"]+$/g, '');
}

/** Returns the first number of a text, without dollar signs and thousands separators, in its original digits. */
function firstNumber(text: string): string | undefined {
  const bare = text.replaceAll('$', '').trim().replaceAll(',', '');
  return /-?\d+(\.\d+)?/.exec(asQuotient(bare) ?? bare)?.[0];
}

/** Returns a fraction such as `3/4` as a decimal number; `undefined` for anything else. */
function asQuotient(text: string): string | undefined {
  const [, above, below] = /^\(?(-?[\d.]+)\)?\s*\/\s*\(?(-?[\d.]+)\)?$/.exec(text) ?? [];
  return above === undefined ? undefined : pythonFloat(Number(above) / Number(below));
}

/** Returns the first object whose braces are balanced, counting every brace; line breaks inside are removed first. */
function firstObject(text: string): Record<string, JsonValue | undefined> | undefined {
  const start = text.indexOf('{');
  let depth = 0;
  for (let at = start; at >= 0 && at < text.length; at++) {
    if (text[at] === '{') depth++;
    else if (text[at] === '}' && --depth === 0) return parsed(text.slice(start, at + 1).replaceAll('\n', ''));
  }
  return undefined;
}

function parsed(text: string): Record<string, JsonValue | undefined> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Formats a JSON value as Python prints it: strings are unquoted at the top level and quoted inside a collection. */
function pythonText(value: JsonValue, inside: boolean): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string') return inside ? pythonString(value) : value;
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return `[${value.map((item) => pythonText(item, true)).join(', ')}]`;
  const members = Object.entries(value).map(
    ([name, member]) => `${pythonString(name)}: ${pythonText(member ?? null, true)}`,
  );
  return `{${members.join(', ')}}`;
}

function pythonString(text: string): string {
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\t', '\\t');
  return text.includes("'") && !text.includes('"') ? `"${escaped}"` : `'${escaped.replaceAll("'", "\\'")}'`;
}
