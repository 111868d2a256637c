import { withoutEnd } from '../../core/patterns/without-end.ts';

/**
 * Returns what two answers must share to count as the same answer: numbers by value, collections without spacing and
 * quote marks, TeX without sizing, anything else letter by letter. `undefined` for no answer.
 */
export function answerKey(answer: string | undefined): string | undefined {
  const text = unwrapped(answer?.trim() ?? '');
  if (text === '') return undefined;
  const number = numberIn(text);
  if (number !== undefined) return number;
  if (/^[[{(]/.test(text)) return text.replace(/\s+/g, '').replaceAll('"', "'");
  if (text.includes('\\'))
    return text.replace(/\s+|\\left|\\right|\\[,!;]/g, '').replace(/\\[dt]frac/g, '\\frac');
  return text;
}

/**
 * Returns the final answer in a model's text, if the text marks one: a JSON field `answer`, `\boxed{…}`, `#### …`, or
 * "the answer is …".
 */
export function markedAnswer(text: string): string | undefined {
  const marked =
    lastMatch(text, /"answer"\s*:\s*"((?:[^"\\]|\\.)*)"/g) ??
    lastMatch(text, /"answer"\s*:\s*([^\s",}][^",}\n]*)/g) ??
    lastBoxed(text) ??
    lastMatch(text, /^####\s*(.+)$/gm) ??
    lastNamed(text);
  return marked?.trim();
}

/** Returns an answer without the TeX around it. */
export function unwrapped(text: string): string {
  const math = /^\$([^$]+)\$$/.exec(text)?.[1] ?? text;
  return lastBoxed(math)?.trim() ?? math;
}

/** Normalises numbers such as `$1,234.50`, `12 %` and `-3.0`, digit by digit: a double would round long ones. */
function numberIn(text: string): string | undefined {
  const bare = text.replace(/^\\?\$|\\?%$|,(?=\d{3}\b)|\s/g, '');
  const [, sign, whole, fraction = ''] = /^([-+]?)(?=\.?\d)(\d*)(?:\.(\d*))?$/.exec(bare) ?? [];
  if (whole === undefined) return undefined;
  const [before, after] = [whole.replace(/^0+(?=\d)/, '') || '0', withoutEnd(fraction, /0/)];
  const value = after === '' ? before : `${before}.${after}`;
  return sign === '-' && value !== '0' ? `-${value}` : value;
}

function lastBoxed(text: string): string | undefined {
  const start = text.lastIndexOf('\\boxed{');
  if (start === -1) return undefined;
  let depth = 1;
  const from = start + '\\boxed{'.length;
  for (let at = from; at < text.length; at++) {
    if (text[at] === '{') depth++;
    if (text[at] === '}' && --depth === 0) return text.slice(from, at);
  }
  return undefined;
}

/** Returns the rest of the last line with "the answer is" or "Answer:", without the marks around it. */
function lastNamed(text: string): string | undefined {
  const name = /\banswer(?: is|:)[\s*]*/gi;
  let last: string | undefined;
  while (name.test(text)) {
    const from = name.lastIndex;
    const lineEnd = text.indexOf('\n', from);
    const end = lineEnd === -1 ? text.length : lineEnd;
    last = withoutEnd(withoutEnd(text.slice(from, end), /[.\s]/), /\*/) || last;
    name.lastIndex = end;
  }
  return last;
}

function lastMatch(text: string, pattern: RegExp): string | undefined {
  let last: string | undefined;
  for (const match of text.matchAll(pattern)) last = match[1];
  return last;
}
