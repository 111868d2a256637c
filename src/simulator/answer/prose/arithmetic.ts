import { errorRate, errs, mistake } from '../judgement.ts';
import type { Prompt } from '../prompt.ts';

/** A computation by a model: the right result, and the result it states. */
export type Worked = { readonly expression: string; readonly right: number; readonly said: number };

const operations: readonly (readonly [RegExp, string])[] = [
  [/\bplus\b|\band\b(?=\s*-?\d)/gi, '+'],
  [/\bminus\b|\bless\b/gi, '-'],
  [/\b(?:times|multiplied by)\b|(?<=\d\s*)[x×·](?=\s*\d)/gi, '*'],
  [/\b(?:divided by|over)\b|÷/gi, '/'],
  [/\bto the power of\b|\*\*/gi, '^'],
  [/\bmod(?:ulo)?\b/gi, '%'],
  [/(?<=\d),(?=\d{3}\b)/g, ''],
];

/** Returns the value of the expression in the question as this model computes it; `undefined` if there is none. */
export function evaluate({ world, character, question }: Prompt): Worked | undefined {
  const expression = expressionIn(question);
  if (expression === undefined) return undefined;
  const right = valueOf(expression);
  if (right === undefined || !Number.isFinite(right)) return undefined;
  const digits = expression.replaceAll(/\D/g, '').length;
  const difficulty = Math.min(1, 0.05 + digits * 0.06);
  const rate = errorRate(character.skill, difficulty);
  const wrong = errs(world, character.name, `sum ${expression}`, rate);
  return {
    expression,
    right,
    said: wrong ? right + slip(right, mistake(world, character.name, `sum ${expression}`)) : right,
  };
}

/** A carry error: off by a power of ten within the number's size, at least by one. */
function slip(right: number, luck: number): number {
  const places = Math.max(1, Math.floor(Math.log10(Math.abs(right) + 1)));
  const size = 10 ** Math.floor(luck * places);
  return luck < 0.5 ? size : -size;
}

function expressionIn(question: string): string | undefined {
  const signs = operations.reduce((text, [words, sign]) => text.replaceAll(words, sign), question);
  // Numbers in a name, such as a model's, are not part of a sum.
  const found = signs.match(/(?<![\p{L}\d_-])[-(]*\d[\d.\s]*(?:[\s()]*[-+*/%^][\s()-]*\d[\d.]*[\s)]*)+/gu);
  return found
    ?.map((text) => text.trim())
    .filter((text) => !/^\d{4}-\d\d(?:-\d\d)?$/.test(text) && !/^\d+(?:\.\d+)?-\d+$/.test(text))
    .toSorted((a, b) => b.length - a.length)[0];
}

/** Evaluates + - * / % ^ and brackets; `undefined` for anything else. */
function valueOf(expression: string): number | undefined {
  const tokens = expression.match(/\d+(?:\.\d+)?|[-+*/%^()]/g) ?? [];
  let at = 0;
  const sum = (): number => {
    let value = product();
    while (tokens[at] === '+' || tokens[at] === '-') {
      const sign = tokens[at++];
      const next = product();
      value = sign === '+' ? value + next : value - next;
    }
    return value;
  };
  const product = (): number => {
    let value = power();
    while (tokens[at] === '*' || tokens[at] === '/' || tokens[at] === '%') {
      const sign = tokens[at++];
      const next = power();
      value = sign === '*' ? value * next : sign === '/' ? value / next : value % next;
    }
    return value;
  };
  const power = (): number => {
    const value = atom();
    if (tokens[at] !== '^') return value;
    at += 1;
    return value ** power();
  };
  const atom = (): number => {
    const token = tokens[at++];
    if (token === '-') return -power();
    if (token !== '(') return Number(token ?? 'none');
    const value = sum();
    if (tokens[at++] !== ')') return Number.NaN;
    return value;
  };
  const value = sum();
  return at === tokens.length && !Number.isNaN(value) ? Number(value.toFixed(10)) : undefined;
}
