import { answerKey, unwrapped } from '../learning/prompts/answer-key.ts';
import { rationalsOf, type Rational } from './rationals.ts';

/**
 * Returns the key by which short answers are compared. Unlike `answerKey` it keeps what two answers may differ in: a
 * percent sign, and a dot that may separate thousands.
 */
export function comparableKey(answer: string | undefined): string | undefined {
  const bare = unwrapped(answer?.trim() ?? '');
  if (dotted.test(bare)) return bare;
  const key = answerKey(bare);
  return key !== undefined && /^[-+]?[\d.]+$/.test(key) && /%\$?$/.test(bare) ? `${key}%` : key;
}

/** One thousand or one, depending on the language. */
const dotted = /^[1-9]\d{0,2}\.\d{3}$/;

/**
 * Whether two keys are the same answer: numbers by value, structures and words by letter. `undefined` if that is
 * unknown: one answer only has more words, the words stand in another order, or a number can be read in two ways.
 */
export function isSameKey(one: string, other: string): boolean | undefined {
  if (one === other) return true;
  const [numbers, others] = [rationalsOf(one), rationalsOf(other)];
  if (numbers && others) return isSameNumber(numbers, others);
  if (structured.test(one) || structured.test(other)) return false;
  return isOptionAndText(one, other) || mayMeanTheSame(wordsOf(one), wordsOf(other)) ? undefined : false;
}

function isSameNumber(numbers: readonly Rational[], others: readonly Rational[]): boolean | undefined {
  const isShared = numbers.some((one) => others.some((other) => isEqual(one, other)));
  if (!isShared) return false;
  return numbers.length === 1 && others.length === 1 ? true : undefined;
}

function isEqual([a, b]: Rational, [c, d]: Rational): boolean {
  return a * d === c * b;
}

const structured = /[[\]{}"\\]/;

/** The letter of an option, and perhaps its text. */
function isOptionAndText(one: string, other: string): boolean {
  const [letter, text] = one.length <= other.length ? [one, other] : [other, one];
  return /^[A-Z]$/.test(letter) && /\p{L}{4}/u.test(text);
}

function mayMeanTheSame(words: readonly string[], others: readonly string[]): boolean {
  const [few, many] = words.length <= others.length ? [words, others] : [others, words];
  if (few.length === 0 || words.some(isNo) !== others.some(isNo)) return false;
  const numbers = numbersIn(many);
  const sameNumbers = numbersIn(few).join(' ') === numbers.join(' ');
  // The same words, some more around them, or another order.
  const left = [...many];
  const isContained = few.every((word) => {
    const at = left.indexOf(word);
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
  if (isContained) return numbersIn(left).length === 0;
  // One number in two sentences; a single other word (a unit, "pm") makes another answer.
  const isOneWordApart =
    few.length === many.length && few.filter((word, at) => word !== many[at]).length === 1;
  return numbers.length > 0 && sameNumbers && !isOneWordApart;
}

function wordsOf(key: string): string[] {
  return key.toLowerCase().match(/[\p{L}\p{M}]+|\p{N}+/gu) ?? [];
}

function numbersIn(words: readonly string[]): string[] {
  return words.filter((word) => /^\p{N}/u.test(word));
}

const isNo = (word: string) =>
  /^(?:no|not|never|none|nor|without|isn|aren|wasn|nicht|kein\p{L}*|pas|non|nunca|не)$/u.test(word);
