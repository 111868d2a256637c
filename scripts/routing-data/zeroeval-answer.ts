import { isJsonObject, type JsonValue } from '../../src/core/json/json.ts';
import { pythonFloat } from './write-row.ts';

/** Sums are compared as numbers, outputs of programs letter by letter but for the quotes around them. */
export type Grading = 'number' | 'text';

/**
 * What counts of the answer in a reply: its first number, or its text without quotes, both cut where they are no answer
 * anyway; `undefined` where there is none.
 */
export function gradedAnswer(text: string, model: string, grading: Grading): string | undefined {
  const answer = answerIn(text, model);
  if (answer === undefined) return undefined;
  return grading === 'number'
    ? (firstNumber(answer) ?? answer.slice(0, 40))
    : unquoted(answer.replaceAll('\n', '\\n')).slice(0, 200);
}

/** Whether a graded answer is the one that was wanted. */
export function isRightAnswer(answer: string | undefined, gold: string, grading: Grading): boolean {
  if (answer === undefined) return false;
  if (grading === 'text') return answer === unquoted(gold);
  const wanted = firstNumber(gold.replaceAll('#', '').trim());
  return wanted !== undefined && Number(answer) === Number(wanted);
}

/**
 * The final answer in a reply that was asked for as the member `answer` of a JSON object: from the first whole object, else
 * from wherever the member stands, else (Llama 3.1 only, as upstream has it) from a `\\boxed{…}`. Spelled as Python
 * spells a value, since that is what upstream compares.
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

/** The first number of a text without dollar signs and thousands separators, in its own digits. */
function firstNumber(text: string): string | undefined {
  const bare = text.replaceAll('$', '').trim().replaceAll(',', '');
  return /-?\d+(\.\d+)?/.exec(asQuotient(bare) ?? bare)?.[0];
}

/** `3/4` as a decimal number; `undefined` for anything else. */
function asQuotient(text: string): string | undefined {
  const [, above, below] = /^\(?(-?[\d.]+)\)?\s*\/\s*\(?(-?[\d.]+)\)?$/.exec(text) ?? [];
  return above === undefined ? undefined : pythonFloat(Number(above) / Number(below));
}

/** The first object whose braces close, counting every brace; line ends inside are taken out before reading. */
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

/** A JSON value as Python prints it; strings are bare outside and quoted inside a collection. */
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
